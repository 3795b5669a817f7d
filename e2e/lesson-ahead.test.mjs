// A teacher asks ahead for a site for a class; it opens for that class alone when it was asked to, and not before or after.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { as, picture, sendChecked, signEverything, signIn, startBrowser, startDemo } from './harness.mjs'

const SITE = 'chatterbox.example'
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

async function signed(who) {
  const page = await as(browser, demo, who)
  await signIn(page, demo, who)
  await signEverything(page, demo)
  return page
}

async function status(page) {
  return (await page.goto(`http://${SITE}/`)).status()
}

async function fillMoment(page, name, moment) {
  await page.fill(`[name=${name}_date]`, moment.date)
  await page.fill(`[name=${name}_time]`, moment.time)
}

test('what is asked for ahead opens for its class in its time and at no other', { timeout: 420_000 }, async () => {
  for (const parent of ['parent', 'parent-two']) await signed(parent)
  const pupil = await signed('pupil')
  const other = await signed('pupil-two')
  const teacher = await signed('teacher')
  const it = await signed('it')
  const group = demo.person('pupil').groups[0]

  await teacher.goto(`${demo.desk}/ask?site=${SITE}`)
  await teacher.locator('main a[href^="/ask/primary-whole-school/lesson-site"]').first().click()
  await teacher.check(`[name=recipient][value="group:${group}"]`)
  await teacher.fill('[name=reason]', 'We are comparing how news travels.')
  for (const field of await teacher.locator('input[name^="field."]').all()) await field.fill('For the lesson on news')
  const begins = wholeMinute(90_000)
  const ends = wholeMinute(begins.at - Date.now() + 60_000)
  await teacher.selectOption('[name=from]', 'other')
  await fillMoment(teacher, 'from', begins)
  await teacher.check('[name=until][value=other]')
  await fillMoment(teacher, 'until', ends)
  await picture(teacher, 'ask-ahead')
  await sendChecked(teacher, /^Ask /)
  await teacher.waitForURL(/\/requests\//)

  await it.goto(`${demo.desk}/decide`)
  await it.locator('main a[href^="/decide/"]').first().click()
  assert.match(await it.locator('main').innerText(), new RegExp(`opens from .*${begins.time} until .*${ends.time}`))
  await it.getByRole('button', { name: new RegExp(`^Open ${SITE} for`) }).click()
  await it.waitForURL(/\/requests\//)

  assert.ok(Date.now() < begins.at - 5_000, 'it was given before it begins')
  assert.equal(await status(pupil), 403, 'it is not open yet')
  await pupil.waitForTimeout(begins.at + 1_000 - Date.now())
  assert.equal(await status(pupil), 200, 'it has opened by itself')
  assert.equal(await status(other), 403, 'to no other class')
  await pupil.waitForTimeout(ends.at + 1_000 - Date.now())
  assert.equal(await status(pupil), 403, 'it has closed by itself')
})

/** The first whole minute at least so many milliseconds from now, as forms take it. */
function wholeMinute(ahead) {
  const at = new Date(Math.ceil((Date.now() + ahead) / 60_000) * 60_000)
  const part = (options) => new Intl.DateTimeFormat('en-CA', { timeZone: 'Europe/London', ...options }).format(at)
  return {
    at: at.getTime(),
    date: part({ year: 'numeric', month: '2-digit', day: '2-digit' }),
    time: part({ hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }),
  }
}
