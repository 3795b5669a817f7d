// A teacher asks for a site for a class; IT staff approve; the gate obeys for that class alone; it closes by itself.
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
  const answer = await page.goto(`http://${SITE}/`)
  return answer.status()
}

test('a class is let in for as long as was granted, and another class never', { timeout: 300_000 }, async () => {
  for (const parent of ['parent', 'parent-two']) await signed(parent)
  const pupil = await signed('pupil')
  const other = await signed('pupil-two')
  const teacher = await signed('teacher')
  const it = await signed('it')
  const group = demo.person('pupil').groups[0]
  assert.ok(!demo.person('pupil-two').groups.includes(group))
  assert.equal(await status(pupil), 403)
  assert.equal(await status(other), 403)
  await picture(pupil, 'block-page')

  await teacher.goto(`${demo.desk}/ask?site=${SITE}`)
  await picture(teacher, 'ask')
  await teacher.locator('main a[href^="/ask/primary-whole-school/lesson-site"]').first().click()
  assert.equal(await teacher.inputValue('[name=wants]'), SITE)
  await teacher.check(`[name=recipient][value="group:${group}"]`)
  await teacher.fill('[name=reason]', 'We are comparing how news travels.')
  for (const field of await teacher.locator('input[name^="field."]').all()) await field.fill('For the lesson on news')
  await teacher.locator('[name=until]').first().check()
  await picture(teacher, 'ask-for-a-class')
  await sendChecked(teacher, /^Ask /)
  await teacher.waitForURL(/\/requests\//)

  await it.goto(`${demo.desk}/decide`)
  await picture(it, 'decide-queue')
  await it.locator('main a[href^="/decide/"]').first().click()
  assert.match(await it.locator('main').innerText(), new RegExp(`${group}.*${SITE}`, 's'))
  await picture(it, 'decide')
  const end = nextMinuteButOne()
  await it.check('[name=until][value=other]')
  await it.fill('[name=until_date]', end.date)
  await it.fill('[name=until_time]', end.time)
  await it.getByRole('button', { name: new RegExp(`^Open ${SITE} for`) }).click()
  await it.waitForURL(/\/requests\//)
  await picture(it, 'decided')
  const decided = Date.now()

  assert.equal(await status(pupil), 200)
  assert.ok(Date.now() - decided < 1000 * 3, 'the page was there within moments')
  assert.equal(await status(other), 403)
  await it.goto(`${demo.desk}/grants`)
  await picture(it, 'grants')

  while (Date.now() < end.at - 4000) {
    assert.equal(await status(pupil), 200)
    assert.equal(await status(other), 403)
    await pupil.waitForTimeout(5000)
  }
  await pupil.waitForTimeout(Math.max(0, end.at + 1000 - Date.now()))
  assert.equal(await status(pupil), 403, 'it closed by itself')
  assert.equal(await status(other), 403)
})

/** A moment at least 40 seconds from now, on a whole minute, as the form takes it. */
function nextMinuteButOne() {
  const at = new Date(Math.ceil((Date.now() + 40_000) / 60_000) * 60_000)
  const part = (options) => new Intl.DateTimeFormat('en-CA', { timeZone: 'Europe/London', ...options }).format(at)
  return {
    at: at.getTime(),
    date: part({ year: 'numeric', month: '2-digit', day: '2-digit' }),
    time: part({ hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }),
  }
}
