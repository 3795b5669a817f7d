// What comes out of a printer, and what a wide window shows of a wide table.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { as, signEverything, signIn, startBrowser, startDemo } from './harness.mjs'

let demo
let browser
let page
before(async () => {
  demo = await startDemo()
  browser = await startBrowser(demo)
  page = await as(browser, demo, 'head', { viewport: { width: 1280, height: 900 } })
  await signIn(page, demo, 'head')
  await signEverything(page, demo)
})
after(async () => {
  await browser?.close()
  await demo?.stop()
})

/** How far each table of the page reaches beyond the box that it stands in, in pixels. */
const cutOff = () =>
  page.locator('.scrolls').evaluateAll((boxes) => boxes.map((box) => Math.max(0, box.scrollWidth - box.clientWidth)))

test('a policy is printed in black on white, without addresses over its words, on no more than 22 sheets', async () => {
  await page.goto(`${demo.desk}/policies/primary-whole-school`)
  await page.emulateMedia({ media: 'print' })
  const look = await page.evaluate(() => {
    const style = (selector, pseudo) => getComputedStyle(document.querySelector(selector), pseudo)
    return {
      header: style('.govuk-generic-header').backgroundColor,
      school: style('.govuk-generic-header__homepage-link').color,
      after: [...document.querySelectorAll('a.govuk-link')].map((link) => getComputedStyle(link, '::after').content),
    }
  })
  assert.equal(look.header, 'rgba(0, 0, 0, 0)')
  assert.equal(look.school, 'rgb(11, 12, 12)')
  assert.deepEqual(look.after.filter((content) => content !== 'none'), [])
  const sheets = (await page.pdf({ format: 'A4' })).toString('latin1').match(/\/Type\s*\/Page\b/g).length
  assert.ok(sheets <= 22, `${sheets} sheets`)
  await page.emulateMedia({ media: null })
})

test('every column of a table is on the sheet', async () => {
  for (const path of ['/people', '/reports/ledger']) {
    await page.goto(`${demo.desk}${path}`)
    await page.emulateMedia({ media: 'print' })
    // What is left of A4 between margins of 16 mm, at 96 dots an inch.
    await page.setViewportSize({ width: 672, height: 1000 })
    const wide = await page.locator('table').evaluateAll((tables) => tables.map((table) => table.getBoundingClientRect().right))
    assert.ok(wide.length > 0 && wide.every((right) => right <= 673), `${path}: ${wide}`)
    await page.emulateMedia({ media: null })
    await page.setViewportSize({ width: 1280, height: 900 })
  }
})

test('a wide window shows a wide table whole', async () => {
  for (const path of ['/people', '/reports/ledger']) {
    await page.goto(`${demo.desk}${path}`)
    assert.deepEqual((await cutOff()).filter((pixels) => pixels > 1), [], path)
  }
})
