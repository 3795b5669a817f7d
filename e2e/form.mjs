// Forms that are drawn from a clause, filled in as somebody does who gives each answer that it asks for.

const ANSWERS = { site: 'www.example.org', group: '5B', pupil: 'pupil', pupils: 'pupil', person: 'teacher', date: '2020-01-02', 'date-time': '2020-01-02T09:00', time: '09:00', 'network-address': '10.20.0.7', number: '5' }

/** One answer for a field: of its kind, and one that the clause does not refuse. */
function answerTo(kind, refused = []) {
  if (Array.isArray(kind)) return kind.find((choice) => !refused.includes(choice))
  if (kind === 'yes-no') return refused.includes('yes') ? 'no' : 'yes'
  return ANSWERS[kind] ?? 'What the form asks for'
}

/** Fills in what a rule adds to a form, but for what is given later: of that, only who it is that has something. */
export async function fillFields(page, rule, person = ANSWERS.person) {
  for (const name of rule.needs ?? []) await fillIn(page, `field.${name.replace(/[^\p{L}\p{N}]/gu, '-')}`, answerTo('text'))
  for (const [name, kind] of Object.entries(rule.fields ?? {})) {
    if (!rule.later?.includes(name) || kind === 'person') {
      await fillIn(page, `field.${name}`, kind === 'person' ? person : answerTo(kind, rule.refuse?.[name]))
    }
  }
}

function control(page, name) {
  return page.locator(`main [name="${name}"]`)
}

/** Gives one control of the form an answer, whatever it is drawn as. */
export async function fillIn(page, name, answer) {
  if (await control(page, `${name}.time`).count()) {
    const [date, time] = answer.split('T')
    await control(page, name).fill(date)
    return control(page, `${name}.time`).fill(time)
  }
  const drawn = await control(page, name).first().evaluate((element) => element.type)
  if (drawn === 'radio') return page.locator(`main [name="${name}"][value=${JSON.stringify(answer)}]`).check()
  if (drawn.startsWith('select')) return control(page, name).selectOption({ index: 1 })
  return control(page, name).fill(answer)
}

/** Chooses the first of what a form offers, where it asks at all. */
export async function takeFirst(page, name) {
  if (await control(page, name).count()) await control(page, name).first().check()
}
