// A teacher's laptop is stolen: the report of the data breach names it, and the list of devices says so at once. Whoever keeps
// the list marks it as found. On a telephone.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { faultlessOnATelephone, onATelephone, picture, startBrowser, startDemo } from './harness.mjs'

let demo
let browser
before(async () => {
  demo = await startDemo({ policy: 'primary-staff' })
  browser = await startBrowser(demo)
})
after(async () => {
  await browser?.close()
  await demo?.stop()
})

const signedIn = (who) => onATelephone(browser, demo, who)
const words = (page) => page.locator('main').innerText()

test('a stolen laptop is named in the report, marked on its list in the same step, and found again', { timeout: 300_000 }, async () => {
  const it = await signedIn('it')
  const list = `${demo.desk}/registers/primary-staff/devices`
  await it.goto(`${list}/enter`)
  await it.getByLabel('Kind').fill('Laptop 12')
  await it.getByLabel('Serial number').fill('SN-4711')
  await it.getByLabel('Holder').fill('teacher')
  await it.getByRole('button', { name: 'Write the entry' }).click()
  await it.waitForURL(/\/entries\//)
  const entry = it.url()
  assert.match(await words(it), /Laptop 12/)
  await picture(it, 'lost-before')

  const teacher = await signedIn('teacher')
  await teacher.goto(`${demo.desk}/worry`)
  await teacher.getByRole('link', { name: 'A data breach' }).click()
  await teacher.getByLabel('What happened?').fill('My laptop was stolen from my car.')
  await teacher.getByLabel('Whose data').fill('Class 5B')
  await teacher.getByLabel('How many people').fill('30')
  await teacher.getByLabel('What has been done').fill('I rang the police.')
  await teacher.getByLabel('When you knew', { exact: true }).fill('2020-01-02')
  await teacher.getByLabel('When you knew: the time of day').fill('16:00')
  await teacher.getByLabel(/^Laptop 12/).check()
  await faultlessOnATelephone(teacher)
  await picture(teacher, 'lost-in-the-report')
  await teacher.getByRole('button', { name: 'Next' }).click()
  await faultlessOnATelephone(teacher)
  assert.match(await words(teacher), /Laptop 12 \(The school.s devices\)/)
  await picture(teacher, 'lost-checked')
  await teacher.getByRole('button', { name: /^Send it to/ }).click()
  assert.match(await words(teacher), /Your code/)

  await it.goto(list)
  await faultlessOnATelephone(it)
  assert.match(await words(it), /Lost or stolen since/)
  await picture(it, 'lost-on-its-list')
  await it.goto(entry)
  await faultlessOnATelephone(it)
  assert.match(await words(it), /A report marked it as lost or stolen/)
  assert.doesNotMatch(await words(it), /car|police/)
  await picture(it, 'lost-entry')

  const lead = await signedIn('data-lead')
  await lead.goto(`${demo.desk}/concerns`)
  await lead.locator('main li a[href^="/concerns/"]').click()
  assert.match(await words(lead), /Lost or stolen\s+Laptop 12/)
  await picture(lead, 'lost-of-the-report')
  await lead.getByRole('link', { name: 'Mark something as lost or stolen' }).click()
  await faultlessOnATelephone(lead)
  await lead.getByLabel('What stands on its label').fill('SN-9')
  await lead.getByRole('button', { name: 'Mark it as lost or stolen' }).click()
  await faultlessOnATelephone(lead)
  assert.match(await words(lead), /Nothing on the school’s lists has this name or number/)
  await picture(lead, 'lost-by-its-label')

  await it.getByLabel('How was it found?').fill('The police have it.')
  await it.getByRole('button', { name: 'Mark it as found' }).click()
  await faultlessOnATelephone(it)
  assert.match(await words(it), /marked it as found: The police have it\./)
})
