// A teacher writes in the log of live lessons, which marks the lesson without its checks; the data protection lead sees whose
// consent is missing before an organisation is given a pupil's data, and what an entry by hand rests on.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { fillIn } from './form.mjs'
import { faultless, picture, sendChecked, signedUp, startBrowser, startDemo, turnableClock } from './harness.mjs'

const DAY = `${new Date().getUTCFullYear() + 1}-05-12`
const registers = '/registers/primary-staff'
let clock
let demo
let browser
before(async () => {
  clock = await turnableClock(new Date(`${DAY}T08:00:00Z`))
  demo = await startDemo({ policy: 'primary-staff', clock })
  browser = await startBrowser(demo)
})
after(async () => {
  await browser?.close()
  await demo?.stop()
  await clock?.stop()
})

const signed = (who) => signedUp(browser, demo, who)
const holding = (role) => demo.people.find((person) => person.roles.includes(role)).username
const text = (page) => page.locator('main').innerText()

/** Writes an entry of a register: what is given, by the names of its fields; to whatever else is asked, the first answer that does. */
async function enter(page, register, answers) {
  await page.goto(`${demo.desk}${registers}/${register}`)
  await page.getByRole('button', { name: 'Write an entry' }).click()
  for (const [name, answer] of Object.entries(answers)) await fillIn(page, `field.${name}`, answer)
  await page.getByRole('button', { name: 'Write the entry' }).click()
  await page.waitForURL(/\/entries\//)
}

test('the log marks a live lesson for which nobody entered the checks first', { timeout: 300_000 }, async () => {
  const teacher = await signed(holding('lesson-teacher'))
  const lesson = (time) => ({ class: '5B', 'lesson-begins': `${DAY}T${time}` })
  const checked = {
    'professional-setting-not-a-bedroom': 'yes',
    'dressed-as-for-school': 'yes',
    'nothing-personal-or-unsuitable-in-view': 'yes',
    background: 'blurred or replaced',
    recording: 'none',
  }
  const told = { 'member-of-staff': 'The teacher of 5B', 'who-was-present': 'The class', 'what-happened': 'A stranger joined.' }
  await enter(teacher, 'live-lesson-checks', { ...lesson('11:00'), ...checked })
  await faultless(teacher)
  await enter(teacher, 'live-lesson-log', { ...lesson('11:00'), ...told })
  assert.match(await text(teacher), /Checklist before it\s+‘Checks before a live lesson’ was written before/)
  await faultless(teacher)
  await enter(teacher, 'live-lesson-log', { ...lesson('13:00'), ...told })
  assert.match(await text(teacher), /Checklist before it\s+None\. Nobody wrote ‘Checks before a live lesson’/)

  const keeper = await signed(holding('record-keeper'))
  await keeper.goto(`${demo.desk}${registers}/live-lesson-log`)
  const marks = await keeper.locator('main tbody tr td:last-child').allInnerTexts()
  assert.deepEqual(marks.map((mark) => mark.trim()), ['None', 'Written'], 'the newest first')
  await faultless(keeper)
  await picture(keeper, 'live-lesson-log')
})

test('whoever keeps the list of organisations sees whose consent is missing', { timeout: 300_000 }, async () => {
  const child = demo.person('pupil').name
  const teacher = await signed('teacher')
  await teacher.goto(`${demo.desk}/ask/primary-staff/third-party-data`)
  await fillIn(teacher, 'wants', 'Names for Sums Online')
  for (const name of ['organisation', 'kinds-of-data', 'people-or-group', 'consents-of-others-than-pupils']) {
    await fillIn(teacher, `field.${name}`, 'Sums Online')
  }
  await fillIn(teacher, 'field.pupils-concerned', 'pupil')
  await fillIn(teacher, 'reason', 'For homework.')
  await teacher.locator('main [name=until]').first().check()
  await sendChecked(teacher, /^Ask /)
  await teacher.waitForURL(/\/requests\//)
  const request = new URL(teacher.url()).pathname

  const lead = await signed(holding('data-protection-lead'))
  const list = `${demo.desk}${registers}/approved-third-parties`
  await lead.goto(list)
  assert.match(await text(lead), new RegExp(`Names for Sums Online: 1 of 1 missing, about ${child}`))
  await faultless(lead)
  await picture(lead, 'consents-missing')
  const parent = await signed('parent')
  await parent.goto(`${demo.desk}${request}`)
  await parent.getByRole('button', { name: 'Yes, I agree to this' }).click()
  await lead.goto(list)
  assert.doesNotMatch(await text(lead), /Consents that are missing/)
  await lead.goto(`${demo.desk}${request.replace('requests', 'decide')}`)
  await lead.locator('main form:has(input[value=approve]) button').click()
  await lead.waitForURL(/\/requests\//)
  await lead.goto(list)
  await lead.locator('main a[href^="/entries/"]').first().click()
  assert.match(await text(lead), new RegExp(`0 of 1 missing[^]*${child}: ${demo.person('parent').name} said yes`))

  const written = { organisation: 'A photographer', 'kinds-of-data': 'Names', 'people-or-group': '5B', purpose: 'The class picture' }
  await enter(lead, 'approved-third-parties', {
    ...written,
    'pupils-concerned': 'pupil',
    'asked-by': 'teacher',
    'agreement-signed': `${DAY}`,
    ends: `${DAY.replace('05', '11')}`,
  })
  assert.match(await text(lead), new RegExp(`1 of 1 missing[^]*${child}: nobody was asked`))
  await faultless(lead)
})
