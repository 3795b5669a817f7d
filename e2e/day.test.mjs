// A day at each of the five schools, in the browser: everybody asks, decides, reports, consents and leaves by the policy that
// they signed. What is to be found is what the policy's text says, which these tests read for themselves.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { fillFields, fillIn, takeFirst } from './form.mjs'
import { holders, isNamed, rulesOf } from './policy_text.mjs'
import { SchoolDay } from './school_day.mjs'
import { linksOf, unescaped } from './visitor.mjs'

const POLICIES = ['primary-whole-school', 'all-through-school', 'academy-trust', 'county-staff-template', 'primary-staff']
/** Whose manager, class, lesson or child it is, where a role is held towards somebody: as the head writes it down first. */
const TOWARDS = {
  'line-manager-of:asker': 'assistant',
  'teacher-of:pupil': 'teacher',
  'teacher-of:lesson': 'teacher',
  'person-concerned': 'teacher',
  'parent-of:pupil': 'parent',
}
/** Towards whom the roles above are held: whose manager it is, and whose teacher and parent. */
const TOWARDS_WHOM = ['teacher', 'pupil']
/** Who asks and reports, where the clause lets them: first those who are towards somebody in each way. */
const FIRST = ['teacher', 'pupil', 'volunteer', 'office']
const [HOUR, DAY] = [3_600_000, 24 * 3_600_000]
/** Who is still there once the teacher has left. */
const STILL_HERE = 'deputy'
/** The first role that receives reports in the last resort. */
const LAST_RESORT = 'headteacher'
/** The policies in which nothing waits for anybody's consent. */
const WITHOUT_CONSENTS = ['academy-trust', 'county-staff-template']

for (const policy of POLICIES.filter((policy) => policy === (process.env.POLICY ?? policy))) {
  describe(`a day by ${policy}`, { timeout: 600_000 }, () => {
    const rules = rulesOf(policy)
    const [asked, reported, given] = [new Map(), new Map(), new Set()]
    let school
    before(async () => {
      school = await SchoolDay.start(policy, aMondayInTerm())
    })
    after(() => school?.stop())

    /** The usernames of those who hold one of the roles. */
    const holding = (roles) => holders(school.demo.people, roles, TOWARDS)

    const turns = new Map()
    /** One of those whom a clause lets, who does not decide or receive it too: whoever has been the one least often. */
    function somebody(mayDoIt, butNot) {
      const may = [...new Set([...FIRST, ...school.everyone()])].filter((who) => school.named(mayDoIt).includes(who))
      const others = may.filter((who) => !butNot.includes(who))
      const [one] = (others.length ? others : may).sort((a, b) => (turns.get(a) ?? 0) - (turns.get(b) ?? 0))
      turns.set(one, (turns.get(one) ?? 0) + 1)
      return one
    }

    test('the head writes down who manages and teaches whom', async () => {
      const head = await school.openPerson('head', 'teacher')
      await head.getByRole('link', { name: /^Set their manager/ }).click()
      await fillIn(head, 'manager', 'assistant')
      await fillIn(head, 'teaches', '5B')
      await head.getByRole('button', { name: 'Save' }).click()
      assert.match(await school.text('head'), new RegExp(school.person('assistant').name))
    })

    test('everybody is offered what they may ask for, and nothing else', async () => {
      for (const who of school.everyone()) {
        const may = rules.permission.filter((rule) => isNamed(school.person(who), rule.asks)).map((rule) => rule.id)
        assert.deepEqual(await school.listed(who, '/ask', RegExp(`^/ask/${policy}/(.*)`)), may.sort(), who)
        for (const { id } of rules.permission.filter((rule) => !may.includes(rule.id))) {
          assert.equal((await school.read(who, `/ask/${policy}/${id}`)).status, 403, `${who} asks for ${id}`)
        }
      }
    })

    test('every permission is asked for', async () => {
      for (const rule of rules.permission) {
        const deciders = holding(decidedBy(rule))
        const asker = somebody(rule.asks, deciders)
        asked.set(rule, { asker, deciders, id: await school.ask(asker, policy, rule) })
      }
    })

    test('each request waits for those who decide it, and nobody else sees it', async () => {
      for (const who of school.everyone()) {
        const waiting = [...asked.values()].filter(({ deciders }) => deciders.includes(who)).map(({ id }) => id)
        assert.deepEqual(await school.listed(who, '/decide', /^\/decide\/([0-9a-f]{32})$/), waiting.sort(), who)
        for (const [rule, { asker, deciders, id }] of asked) {
          if (deciders.includes(who)) continue
          for (const path of who === asker ? [] : [`/decide/${id}`, `/requests/${id}`]) {
            assert.ok((await school.read(who, path)).status >= 400, `${who} reads ${rule.id} at ${path}`)
          }
          // Whoever opened it on their own word may be told that it is decided.
          const refusals = rule.decides === 'asker' && who === asker ? [403, 409] : [403, 404]
          for (const said of [{ answer: 'approve', seen: '', until: 'revoked' }, { answer: 'refuse', reason: 'No.' }]) {
            const answer = await school.send(who, `/decide/${id}`, said)
            assert.ok(refusals.includes(answer.status), `${who} is to ${said.answer} ${rule.id}: ${answer.status}`)
          }
        }
      }
    })

    test('whoever is told no holds nothing', async () => {
      const rule = rules.permission.find((rule) => rule.decides !== 'asker' && isForAsker(rule))
      const { asker, deciders } = asked.get(rule)
      const id = await school.ask(asker, policy, rule)
      const page = await school.open(deciders[0], `/decide/${id}`)
      await page.getByLabel('Why not?').fill('Another class has it.')
      await page.getByRole('button', { name: 'Refuse the request' }).click()
      await school.arrive(deciders[0], /\/requests\//, `refuses ${rule.id}`)
      await until(async () => (await school.listed(asker, '/', RegExp(`^/requests/(${id})`))).length > 0, `${asker} is told`)
      await school.open(asker, `/requests/${id}`)
      assert.match(await school.text(asker), /State\s+Refused[^]*Another class has it\./, `${asker} reads why`)
      assert.ok(!(await school.holds(asker, rule)), `${asker} holds ${rule.id}`)
    })

    test('each request is decided, once the consents that it needs are given', async () => {
      for (const [rule, { asker, deciders, id }] of asked) {
        if (rule.decides === 'asker' || rule.escalate) continue
        const agree = rule['decides-all'] ? deciders : deciders.slice(0, 1)
        for (const who of agree) await approve(who, rule, id)
        await school.open(asker, `/requests/${id}`)
        assert.match(await school.text(asker), /State\s+(Approved|Opened)/, `${asker} is told of ${rule.id}`)
        if (isForAsker(rule)) assert.ok(await school.holds(asker, rule), `${asker} holds ${rule.id}`)
      }
    })

    /** Somebody says yes to a request; what it needs is first agreed to by a parent, or waived where the clause lets them. */
    async function approve(who, rule, id) {
      if (rule.pictures || rule['pictures-when']) await addPicture(rule, id)
      const page = await school.open(who, `/decide/${id}`)
      const yes = page.locator('main form:has(input[value=approve]) button')
      const isHeldBack = rule.consents?.some((consent) => !given.has(consent)) ?? false
      assert.equal(await yes.count(), isHeldBack ? 0 : 1, `${who} on ${rule.id}: ${await school.text(who)}`)
      if (isHeldBack && rule.waive) {
        await page.getByLabel('Why is this consent not needed?').fill('They are all adults.')
        await page.getByRole('button', { name: 'It is not needed' }).click()
      } else if (isHeldBack) {
        for (const consent of rule.consents) await school.answerConsent('parent', policy, consent, 'Yes')
        rule.consents.forEach((consent) => given.add(consent))
      }
      await school.open(who, `/decide/${id}`)
      await yes.click()
      await school.arrive(who, /\/requests\//, `decides ${rule.id}`)
    }

    /** Whoever asked adds the picture without which nobody can say yes; before that nobody is offered to. */
    async function addPicture(rule, id) {
      const { asker, deciders } = asked.get(rule)
      await school.open(deciders[0], `/decide/${id}`)
      assert.match(await school.text(deciders[0]), /Nobody can say yes to the request before a picture has been added/, rule.id)
      await school.addPicture(asker, id)
    }

    test('a consent that is taken back ends what needs it', async () => {
      const ended = [...asked].filter(([rule]) => rule.consents?.some((consent) => given.has(consent)))
      for (const consent of given) await school.answerConsent('parent', policy, consent, 'No')
      for (const rule of rules.permission.filter((rule) => rule.waive)) ended.push([rule, await agreedAndTakenBack(rule)])
      for (const [rule, { asker, id, hasAnother }] of ended) {
        await school.open(asker, `/requests/${id}`)
        assert.match(await school.text(asker), /It ended: a consent that it needs is not given/, `${asker} has ${rule.id} no longer`)
        if (isForAsker(rule) && !hasAnother) assert.ok(!(await school.holds(asker, rule)), `${asker} holds ${rule.id} no longer`)
      }
      const needed = rules.permission.flatMap((rule) => rule.consents ?? [])
      assert.deepEqual(new Set(ended.flatMap(([rule]) => rule.consents)), new Set(needed), 'each consent is taken back')
      assert.equal(needed.length === 0, WITHOUT_CONSENTS.includes(policy), 'which policies have nothing wait for a consent')
    })

    /** What was given without a consent is asked for once more, agreed to by a parent, and given; then the parent takes it back. */
    async function agreedAndTakenBack(rule) {
      const { asker, deciders } = asked.get(rule)
      const id = await school.ask(asker, policy, rule)
      await school.answerRequest('parent', id, 'Yes, I agree to this')
      await approve(deciders[0], { ...rule, consents: undefined }, id)
      await school.open(asker, `/requests/${id}`)
      assert.match(await school.text(asker), /State\s+Approved/, `${asker} holds ${rule.id}`)
      await school.answerRequest('parent', id, 'I do not agree any more')
      // What was given without the consent goes on.
      return { asker, id, hasAnother: true }
    }

    test('everybody is offered the reports that they may make, and no others', async () => {
      for (const who of school.everyone()) {
        const offered = unescaped((await school.read(who, '/worry')).text)
        const may = rules.report.filter((rule) => isNamed(school.person(who), rule.who ?? ['everyone']))
        assert.deepEqual(rules.report.filter((rule) => offered.includes(rule.title)).map(({ id }) => id), may.map(({ id }) => id), who)
      }
    })

    test('every report is made', async () => {
      for (const rule of rules.report) {
        const receivers = holding(rule.to ?? rule['to-one-of'].slice(0, 1))
        const others = rule.to?.some((role) => role.includes(':')) ? school.everyone().filter((who) => !TOWARDS_WHOM.includes(who)) : receivers
        const reporter = somebody(rule.who ?? ['everyone'], others)
        const page = await school.open(reporter, '/worry')
        const link = page.locator('main').getByRole('link', { name: rule.title, exact: true })
        if (await link.count()) await link.click()
        await page.locator('main [name=told]').fill(`It began with ${rule.id}.`)
        await fillFields(page, rule)
        if (rule['clock-from']) await fillIn(page, `field.${rule['clock-from']}`, school.moment())
        if (rule.to?.some((role) => role.endsWith(':pupil')) && !rule.who?.includes('pupil')) await fillIn(page, 'pupil', 'pupil')
        await takeFirst(page, 'chosen')
        if (['complaint', 'question'].includes(rule.matter)) await page.getByLabel('No', { exact: true }).first().check()
        await page.getByRole('button', { name: 'Next' }).click()
        await page.getByRole('button', { name: /^Send it to/ }).click()
        assert.match(await school.text(reporter), /Your code/, `${reporter} reports ${rule.id}`)
        reported.set(rule, { receivers, readers: [...receivers, ...holding(rule.closes ?? [])] })
      }
    })

    test('each report reaches those whom its clause names, and nobody else', async () => {
      for (const who of school.everyone()) {
        const mine = [...reported].filter(([, { readers }]) => readers.includes(who)).map(([rule]) => rule)
        const had = await concerns(who)
        assert.deepEqual([...had.keys()].sort(), mine.map(({ id }) => id).sort(), who)
        for (const rule of mine) {
          const { id, text } = had.get(rule.id)
          reported.get(rule).case = id
          assert.equal(text.includes('To be taken up by'), rule.within !== undefined, `${rule.id} says by when`)
          assert.equal(text.includes('Deadline from outside'), rule.clock !== undefined, `${rule.id} says by when the law asks`)
        }
      }
      for (const [rule, { readers, case: id }] of reported) {
        for (const who of school.everyone().filter((who) => !readers.includes(who))) {
          assert.ok((await school.read(who, `/concerns/${id}`)).status >= 400, `${who} opens ${rule.id}`)
        }
      }
    })

    /** The reports that somebody has: by the rule of each, its identifier and what its page says. */
    async function concerns(who) {
      const had = new Map()
      for (const id of await school.listed(who, '/concerns', /^\/concerns\/([0-9a-f]{32})$/)) {
        const { text } = await school.read(who, `/concerns/${id}`)
        had.set(text.match(/It began with ([^<]*)\./)[1], { id, text })
      }
      return had
    }

    /** The reports that the law gives a time for. */
    const breaches = () => [...reported].filter(([rule]) => rule.clock)
    /** Those to whom a report goes besides when a time of it is over. */
    function above(rule) {
      const those = holding(rule.escalate ?? [LAST_RESORT])
      assert.ok(those.length > 0, `somebody is above those who have ${rule.id}`)
      return those
    }
    const has = async (who, { case: id }) => (await school.read(who, `/concerns/${id}`)).status === 200

    test('what nobody takes up, or passes on, in time goes to those above', async () => {
      for (const [, { receivers: [who], case: id }] of breaches()) {
        const page = await school.open(who, `/concerns/${id}`)
        await page.getByRole('button', { name: 'Take it up' }).click()
      }
      await school.mail.forget()
      await school.turn(2 * HOUR)
      const waiting = [...reported].filter(([rule]) => rule.within && !rule.clock)
      assert.ok(waiting.length > 0, 'something waits to be taken up')
      for (const [rule, report] of waiting) {
        assert.ok(rule.escalate, `${rule.id} goes to somebody`)
        for (const other of above(rule)) await until(() => has(other, report), `${other} has ${rule.id}`)
        const [who] = report.receivers
        const isOverdue = () => isLate(who, 'Take up a report', report, 'nobody has taken it up in time')
        await until(isOverdue, `${who} sees that ${rule.id} is overdue`)
      }
      for (const [rule, report] of breaches()) {
        for (const { to: [to], within } of rule.then ?? []) {
          if (within) await isToldOfStep(rule, report)
          const [who] = report.receivers
          const page = await school.open(who, `/concerns/${report.case}`)
          await page.getByRole('group', { name: 'Pass it on to' }).locator(`[value="${to}"]`).check()
          await page.getByRole('button', { name: 'Pass it on', exact: true }).click()
          for (const other of above(rule)) assert.ok(!(await isLate(other, 'See that a report is passed on', report)), other)
        }
      }
    })

    const isLate = (who, title, { case: id }, says) => school.hasTask(who, title, `/concerns/${id}`, says)

    /** That a report was not passed on in time, those who are to do it are told, and those above. */
    async function isToldOfStep(rule, report) {
      for (const other of above(rule)) {
        await until(() => isLate(other, 'See that a report is passed on', report), `${other} is told that ${rule.id} waits`)
        await until(() => school.mail.hasUrged(other), `${other} has mail of ${rule.id}`)
      }
      const [who] = report.receivers
      assert.match((await school.read(who, '/')).text, /It is to be passed on/, `${who} is to pass on ${rule.id}`)
      await until(() => school.mail.hasUrged(who), `${who} has mail of ${rule.id}`)
    }

    test('the law’s clock of a data breach is told of before it is over and when it is, to those above too', async () => {
      assert.ok(breaches().length > 0, 'the policy has a data breach')
      const early = breaches().filter(([rule]) => !rule.then)
      await school.mail.forget()
      await school.turn(53 * HOUR)
      for (const [rule, { receivers: [who] }] of breaches()) await until(() => school.mail.hasUrged(who), `${who} is reminded of ${rule.id}`)
      for (const [rule, report] of early) {
        for (const other of above(rule)) assert.ok(!(await has(other, report)), `${other} has ${rule.id} before its time`)
      }
      await school.mail.forget()
      await school.turn(18 * HOUR)
      for (const [rule, report] of breaches()) {
        for (const other of above(rule)) {
          await until(() => isLate(other, 'See that a report is dealt with', report), `${other} is told that ${rule.id} is late`)
          await until(() => school.mail.hasUrged(other), `${other} has mail of ${rule.id}`)
        }
        const [who] = report.receivers
        const isOverdue = await isLate(who, 'Deal with a report that you have taken up', report, 'Overdue')
        assert.ok(isOverdue, `${who} sees that ${rule.id} is overdue`)
        await until(() => school.mail.hasUrged(who), `${who} has mail of ${rule.id}`)
      }
    })

    test('a data breach is closed once it is decided not to tell the regulator', async () => {
      const open = breaches()
      assert.ok(open.length > 0, 'there is a data breach to close')
      for (const [rule, report] of open) {
        assert.ok(rule['before-closing'].includes('regulator'), rule.id)
        const { receivers: [who], case: id } = report
        const page = await school.open(who, `/concerns/${id}`)
        await page.getByLabel('Your words').fill('It was found again.')
        await page.getByRole('button', { name: 'Close, with this reason' }).click()
        assert.match(await school.text(who), /Before it is closed, write down whether the regulator was told/)
        await page.getByRole('link', { name: 'Write down whether the regulator was told', exact: true }).click()
        await page.getByLabel('No', { exact: true }).check()
        await page.getByLabel('Why it was told, or why not').fill('Nobody could read it.')
        await page.getByRole('button', { name: 'Write it down' }).click()
        assert.match(await school.text(who), /Nobody could read it/)
        for (const other of above(rule)) {
          assert.ok(!(await isLate(other, 'See that a report is dealt with', report)), `${other} has nothing left to see to`)
        }
        if (rule['before-closing'].includes('people')) {
          await page.getByRole('link', { name: 'Write down whether the people concerned were told', exact: true }).click()
          await page.getByLabel('No', { exact: true }).check()
          await page.locator('main [name=reason]').fill('It is no high risk for them.')
          await page.getByRole('button', { name: 'Write it down' }).click()
        }
        await page.getByLabel('Your words').fill('It was found again.')
        await page.getByRole('button', { name: 'Close, with this reason' }).click()
        assert.match(await school.text(who), /Closed by/, rule.id)
      }
    })

    test('everybody finds the ways to be in touch, and writes down another', async () => {
      for (const rule of rules.channel) {
        const who = somebody(rule.from, [])
        let page
        for (const whom of rule.to) {
          page = await school.open(who, `/in-touch/${whom.replaceAll(':', '-')}`)
          const applying = rules.channel.filter((other) => isNamed(school.person(who), other.from) && other.to.includes(whom))
          const approved = applying[0].by.filter((way) => applying.every(({ by }) => by.includes(way)))
          assert.deepEqual(await page.locator('main ol li').allInnerTexts(), approved, `${who} to ${whom}, in this order`)
          const shown = await page.locator('main').innerText()
          for (const { prefer } of applying.filter(({ prefer }) => prefer)) {
            assert.ok(shown.includes(`First try ${inWords(prefer)}.`), `${who} to ${whom}: ${shown}`)
          }
        }
        await page.locator(`main a[href^="/registers/${policy}/${rule.log}/enter"]`).first().click()
        const register = rules.register.find(({ id }) => id === rule.log)
        await fillFields(page, register)
        await page.getByRole('button', { name: 'Write the entry' }).click()
        const path = await school.arrive(who, /\/entries\//, `writes into ${rule.log}`)
        const keepers = holding(register.keeper)
        for (const other of school.everyone().filter((other) => other !== who)) {
          assert.equal((await school.read(other, path)).status === 200, keepers.includes(other), `${other} reads ${rule.log}`)
        }
      }
    })

    test('a request that nobody decides in time goes to those whom its clause names', async () => {
      const late = [...asked].filter(([rule]) => rule.escalate)
      if (late.length > 0) await school.turn(9 * DAY)
      for (const [rule, { id }] of late) {
        const [who] = holding(rule.escalate)
        await until(async () => (await school.read(who, `/decide/${id}`)).status === 200, `${who} has ${rule.id}`)
        await approve(who, rule, id)
      }
    })

    test('what a leaver has is called in until it is back', async () => {
      const registers = rules.register.filter((rule) => rule['on-leaving'] && nameOfHolder(rule))
      const entries = new Map()
      for (const rule of registers) {
        const [keeper] = holding(rule.keeper)
        const page = await school.open(keeper, `/registers/${policy}/${rule.id}/enter`)
        await fillFields(page, rule)
        await page.getByRole('button', { name: 'Write the entry' }).click()
        entries.set(rule, { keeper, path: await school.arrive(keeper, /\/entries\//, `writes into ${rule.id}`) })
      }
      const page = await school.openPerson('head', 'teacher')
      await page.getByRole('link', { name: 'Mark them as having left' }).click()
      await page.getByRole('button', { name: 'Mark them as having left' }).click()
      for (const [rule, { keeper, path }] of entries) {
        assert.ok(linksOf((await school.read(keeper, '/')).text).includes(path), `${keeper} is told of ${rule.id}`)
        const page = await school.open(keeper, path)
        if (rule['on-leaving'] === 'hand over') {
          await page.getByRole('button', { name: 'Correct it' }).click()
          await page.locator(`main [name="field.${nameOfHolder(rule)}"]`).fill(STILL_HERE)
          await page.getByLabel('Why is it put right?').fill('It was handed over.')
          await page.getByRole('button', { name: 'Correct the entry' }).click()
        } else {
          await page.getByLabel('Why does it hold no longer?').fill('It came back.')
          await page.getByRole('button', { name: 'Close the entry' }).click()
        }
        assert.ok(!linksOf((await school.read(keeper, '/')).text).includes(path), `${keeper} has nothing to do about ${rule.id}`)
      }
      const leaver = await school.stranger()
      await leaver.goto(`${school.demo.desk}/sign-in`)
      await leaver.fill('input[name=username]', 'teacher')
      await leaver.fill('input[name=password]', school.person('teacher').password)
      await leaver.click('main button')
      assert.match(await leaver.locator('main').innerText(), /There is a problem/)
    })

    test('a year on each list is to be checked, and the days that its entries have come', async () => {
      const dated = new Map()
      for (const rule of rules.register.filter(({ due }) => due)) {
        const [keeper] = holding(rule.keeper)
        const page = await school.open(keeper, `/registers/${policy}/${rule.id}/enter`)
        await fillFields(page, rule, STILL_HERE)
        await fillIn(page, `field.${rule.due}`, school.moment(180 * DAY).slice(0, 10))
        await page.getByRole('button', { name: 'Write the entry' }).click()
        const path = await school.arrive(keeper, /\/entries\//, `writes into ${rule.id}`)
        assert.ok(!linksOf((await school.read(keeper, '/')).text).includes(path), `${rule.id} has time`)
        dated.set(rule, { keeper, path })
      }
      const checked = rules.register.filter((rule) => rule['check-every'])
      assert.ok(checked.length > 0, 'the policy has a list that is checked')
      await school.turn(400 * DAY)
      for (const { id, keeper: [role] } of checked) {
        const [keeper] = holding([role])
        await until(async () => linksOf((await school.read(keeper, '/')).text).includes(`/registers/${policy}/${id}`), `${keeper} is to check ${id}`)
      }
      for (const [{ id }, { keeper, path }] of dated) {
        await until(async () => leadsTo(await school.read(keeper, '/'), path, `/registers/${policy}/${id}/to-do`), `${keeper} is told of ${id}`)
      }
    })
  })
}

/** Whether a page leads to one of these addresses. */
function leadsTo({ text }, ...paths) {
  return linksOf(text).some((link) => paths.includes(link))
}

/** Waits until something is so, as the program sees to what has fallen due. */
async function until(isSo, what) {
  for (let tries = 0; !(await isSo()); tries += 1) {
    assert.ok(tries < 60, what)
    await new Promise((resolve) => setTimeout(resolve, 500))
  }
}

/** The field of a register that says who has something. */
function nameOfHolder(rule) {
  return Object.entries(rule.fields).find(([, kind]) => kind === 'person')?.[0]
}

/** The roles by which a request is decided; none where it opens on the word of whoever asks. */
function decidedBy(rule) {
  return rule.decides === 'asker' ? [] : (rule['decides-all']?.flat() ?? rule.decides)
}

/** `the office, the class teacher or the head`: in the order in which they are tried. */
function inWords(ways) {
  return ways.length > 1 ? `${ways.slice(0, -1).join(', ')} or ${ways.at(-1)}` : ways[0]
}

/** Whether what a permission gives is for whoever asks. */
function isForAsker(rule) {
  return ['self', undefined].includes(rule.to)
}

/** A Monday in term, when the first lesson of 5B has begun. */
function aMondayInTerm() {
  const day = new Date(Date.UTC(new Date().getUTCFullYear() + 1, 4, 10, 8))
  while (day.getUTCDay() !== 1) day.setUTCDate(day.getUTCDate() + 1)
  return day
}
