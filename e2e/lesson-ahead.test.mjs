// A teacher asks ahead for a lesson of the timetable; the site opens for that class alone while the lesson lasts, and
// neither before nor after. The program goes by a clock that is turned.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { as, picture, sendChecked, signEverything, signIn, startBrowser, startDemo, turnableClock } from './harness.mjs'

const SITE = 'chatterbox.example'
// The lesson of 5B in demo/lessons.toml, on a Tuesday in term.
const DAY = tuesdayInMay(new Date().getUTCFullYear() + 1)
const LESSON = /^For 5B: (\d+ May \d+), 11:10 to 12:20$/
let clock
let demo
let browser
before(async () => {
  clock = await turnableClock(at('10:30:00'))
  demo = await startDemo({ clock })
  browser = await startBrowser(demo)
})
after(async () => {
  await browser?.close()
  await demo?.stop()
  await clock?.stop()
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

test('a site asked for a lesson opens for its class in that lesson and at no other time', { timeout: 300_000 }, async () => {
  for (const parent of ['parent', 'parent-two']) await signed(parent)
  const pupil = await signed('pupil')
  const other = await signed('pupil-two')
  const teacher = await signed('teacher')
  const it = await signed('it')
  assert.ok(demo.person('pupil').groups.includes('5B') && !demo.person('pupil-two').groups.includes('5B'))

  await teacher.goto(`${demo.desk}/ask?site=${SITE}`)
  await teacher.locator('main a[href^="/ask/primary-whole-school/lesson-site"]').first().click()
  await teacher.check('[name=recipient][value="group:5B"]')
  await teacher.fill('[name=reason]', 'We are comparing how news travels.')
  for (const field of await teacher.locator('input[name^="field."]').all()) await field.fill('For the lesson on news')
  const offered = (await teacher.locator('[name=from] option').allInnerTexts()).filter((text) => LESSON.test(text))
  const [lesson] = offered
  assert.ok(lesson, 'the lessons of 5B are offered')
  const date = lesson.match(LESSON)[1]
  assert.equal(date, `${DAY.getUTCDate()} May ${DAY.getUTCFullYear()}`, 'the lesson of today comes first')
  await teacher.selectOption('[name=from]', { label: lesson })
  await picture(teacher, 'ask-for-a-lesson')
  await sendChecked(teacher, /^Ask /)
  await teacher.waitForURL(/\/requests\//)

  await it.goto(`${demo.desk}/decide`)
  await it.locator('main a[href^="/decide/"]').first().click()
  assert.match(await it.locator('main').innerText(), new RegExp(`opens from ${date}, 11:10 until ${date}, 12:20`))
  await it.getByRole('button', { name: new RegExp(`^Open ${SITE} for`) }).click()
  await it.waitForURL(/\/requests\//)
  await picture(it, 'given-ahead')

  assert.equal(await status(pupil), 403, 'it was given before the lesson')
  const told = [
    ['11:09:30', 403, 'it has not begun'],
    ['11:10:02', 200, 'it has begun'],
    ['12:19:30', 200, 'it goes on'],
    ['12:20:02', 403, 'it is over'],
  ]
  for (const [time, answer, why] of told) {
    await clock.turn(at(time))
    assert.equal(await status(pupil), answer, `${time}: ${why}`)
    assert.equal(await status(other), 403, `${time}: another class is never let in`)
  }
  await it.goto(`${demo.desk}/grants?past=yes`)
  await picture(it, 'lesson-over')
})

/** The Tuesday of a year that lies nearest after the ninth of May: the sample school's summer term has begun. */
function tuesdayInMay(year) {
  const ninth = new Date(Date.UTC(year, 4, 9))
  return new Date(Date.UTC(year, 4, 9 + ((9 - ninth.getUTCDay()) % 7)))
}

/** A time of that day at school, where it is summer time. */
function at(time) {
  return new Date(`${DAY.toISOString().slice(0, 10)}T${time}+01:00`)
}
