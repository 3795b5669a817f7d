// A teacher reports a site that got through; IT staff close it; the gate blocks it at once by the clause of the report, until they
// open it again. On a telephone.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { curl, faultlessOnATelephone, onATelephone, picture, signEverything, startBrowser, startDemo } from './harness.mjs'

const SITE = 'weather-for-schools.example'
let demo
let browser
before(async () => {
  demo = await startDemo()
  browser = await startBrowser(demo)
})
after(async () => {
  await browser?.close()
  await demo?.stop()
})

const words = (page) => page.locator('main').innerText()
const visits = (who) => curl(demo, who, `https://${SITE}/`)

test('a site is closed by those who have the report, blocked at once, and opened again', { timeout: 300_000 }, async () => {
  const teacher = await onATelephone(browser, demo, 'teacher')
  await signEverything(teacher, demo)
  assert.equal((await visits('teacher')).status, 200)
  await teacher.goto(`${demo.desk}/worry`)
  await teacher.getByRole('link', { name: 'A child saw an unsuitable site by accident' }).click()
  await teacher.getByLabel('What happened?').fill('It came up in a search.')
  await teacher.getByLabel('When', { exact: true }).fill('Just now')
  await teacher.getByLabel('Site (if known)').fill(`https://${SITE}/a/page?with=more`)
  await teacher.getByLabel('Class', { exact: true }).fill('5B')
  await faultlessOnATelephone(teacher)
  await teacher.getByRole('button', { name: 'Next' }).click()
  assert.match(await words(teacher), new RegExp(`\\b${SITE}$`, 'm'))
  await picture(teacher, 'site-reported')
  await teacher.getByRole('button', { name: /^Send it to/ }).click()
  assert.match(await words(teacher), /Your code/)

  const it = await onATelephone(browser, demo, 'it')
  await it.goto(`${demo.desk}/concerns`)
  await it.locator('main li a[href^="/concerns/"]').click()
  await it.getByRole('link', { name: 'Close this site, or leave it open' }).click()
  await faultlessOnATelephone(it)
  await it.getByLabel('Why?').fill('It shows violence.')
  await picture(it, 'site-to-close')
  await it.getByRole('button', { name: 'Close this site' }).click()
  assert.match(await words(it), /own list of closed sites/)
  await faultlessOnATelephone(it)
  const blocked = await visits('teacher')
  assert.equal(blocked.status, 403)
  assert.match(blocked.headers['schoolgate-clause'], /accidental-viewing/)

  await it.getByRole('link', { name: 'Open it again' }).click()
  await faultlessOnATelephone(it)
  await it.getByLabel('Why is it opened again?').fill('They have taken that down.')
  await it.getByRole('button', { name: 'Open this site again' }).click()
  assert.match(await words(it), /They have taken that down\./)
  assert.equal((await visits('teacher')).status, 200)
})
