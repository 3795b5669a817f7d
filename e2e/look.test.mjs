// How the desk looks: where a phone's page begins, what is below the footer, and that dates stay on their lines.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { as, picture, signEverything, signIn, startBrowser, startDemo, violations } from './harness.mjs'

const PHONE = { width: 360, height: 740 }
let demo
let browser
let head
before(async () => {
  demo = await startDemo()
  browser = await startBrowser(demo)
  head = await as(browser, demo, 'head', { viewport: PHONE, javaScriptEnabled: false })
  await signIn(head, demo, 'head')
  await signEverything(head, demo)
})
after(async () => {
  await browser?.close()
  await demo?.stop()
})

/** On how many lines each of these stands. */
const lines = (page, selector) =>
  page.locator(selector).evaluateAll((all) =>
    all.map((one) => {
      const range = document.createRange()
      range.selectNodeContents(one)
      return new Set([...range.getClientRects()].map((box) => Math.round(box.top))).size
    }),
  )

test("a phone's page begins with its heading, in the upper third, whatever the menu holds", async () => {
  for (const path of ['/', '/agreements', '/people', '/policies', '/reports', '/ask']) {
    await head.goto(`${demo.desk}${path}`)
    const { y } = await head.locator('h1').first().boundingBox()
    assert.ok(y < PHONE.height / 3, `${path}: the heading begins at ${Math.round(y)} pixels`)
  }
})

test('the menu of a phone opens without a script and leads to every page that a wide window offers', async () => {
  await head.goto(`${demo.desk}/`)
  const menu = head.locator('.desk-menu')
  await menu.locator('summary').click()
  const offered = await menu.locator('a').evaluateAll((links) => links.map((link) => link.getAttribute('href')))
  await picture(head, 'look-menu-open')
  await head.setViewportSize({ width: 1280, height: 900 })
  assert.ok(!(await menu.isVisible()), 'a wide window shows its menu whole')
  const wide = await head.locator('.govuk-service-navigation__list a').evaluateAll((links) => links.map((link) => link.getAttribute('href')))
  await head.setViewportSize(PHONE)
  assert.deepEqual(offered, wide)
  await menu.getByRole('link', { name: 'My agreements' }).click()
  assert.equal(new URL(head.url()).pathname, '/agreements')
})

test('what is below the footer of a short page has its colour', async () => {
  for (const size of [PHONE, { width: 1280, height: 1600 }]) {
    await head.setViewportSize(size)
    await head.goto(`${demo.desk}/registers`)
    const colours = await head.evaluate(() => {
      const colour = (selector) => getComputedStyle(document.querySelector(selector)).backgroundColor
      return { canvas: colour('html'), footer: colour('.govuk-footer'), bottom: document.body.getBoundingClientRect().bottom }
    })
    assert.equal(colours.canvas, colours.footer)
  }
  await picture(head, 'look-short-page')
  await head.setViewportSize(PHONE)
})

test('a date in a table and beside a task stays on one line', async () => {
  for (const path of ['/agreements', '/reports/ledger', '/']) {
    await head.goto(`${demo.desk}${path}`)
    const found = await lines(head, '.desk-when')
    if (path !== '/') assert.ok(found.length > 0, `${path} has no date`)
    assert.deepEqual(found.filter((count) => count > 1), [], path)
    await picture(head, `look${path.replaceAll('/', '-')}`)
  }
})

test('a wide table keeps clear of the edges of the window', async () => {
  await head.setViewportSize({ width: 1280, height: 900 })
  await head.goto(`${demo.desk}/reports/ledger`)
  const { x, width } = await head.locator('main').boundingBox()
  assert.ok(x >= 15 && x + width <= 1265, `${x} to ${x + width} of 1280 pixels`)
  await head.setViewportSize(PHONE)
})

test('what is to be done says how it stands', async () => {
  const pupil = await as(browser, demo, 'pupil', { viewport: PHONE })
  await signIn(pupil, demo, 'pupil')
  const statuses = await pupil.locator('.govuk-task-list__status').allInnerTexts()
  assert.ok(statuses.length > 0)
  assert.match(statuses[0], /^Urgent/)
  const [name, status] = await Promise.all(
    ['.govuk-task-list__name-and-hint', '.govuk-task-list__status'].map((part) => pupil.locator(part).first().boundingBox()),
  )
  assert.ok(status.y >= name.y + name.height - 1, 'on a phone a status stands below its task')
  await picture(pupil, 'look-tasks')
})

test('answers are shown once more before a signature counts, and each leads back to its field', async () => {
  const parent = await as(browser, demo, 'parent', { viewport: { width: 320, height: 640 } })
  await signIn(parent, demo, 'parent')
  await parent.goto(`${demo.desk}/agreements`)
  await parent.locator('main a[href^="/sign/"][href*="for="]').first().click()
  const name = parent.locator('[name=printed_name]')
  await name.fill(demo.person('parent').name)
  await parent.check('[name=read]')
  for (const tick of await parent.locator('[name=ticks]').all()) await tick.check()
  await parent.getByRole('button', { name: 'Next' }).click()
  await parent.waitForURL(/kept=/)
  assert.match(await parent.locator('main').innerText(), /You have not signed yet/)
  assert.deepEqual(await violations(parent), [])
  assert.ok(await parent.evaluate(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth))
  await picture(parent, 'look-check')
  await parent.getByRole('button', { name: 'Change Your full name' }).click()
  await parent.waitForURL(/#printed_name$/)
  assert.equal(await name.inputValue(), demo.person('parent').name)
  const { y } = await name.boundingBox()
  assert.ok(y >= 0 && y < 640, `the field is in sight, at ${Math.round(y)} pixels`)
  await parent.getByRole('button', { name: 'Next' }).click()
  await parent.getByRole('button', { name: /^I agree/ }).click()
  await parent.waitForURL(/\/agreements\/[0-9a-f]+\/signed/)
})
