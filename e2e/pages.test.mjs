// Every page that somebody can reach from their own navigation: no violation that axe-core finds, nothing wider than a
// telephone, no console error, and reachable without JavaScript.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { as, picture, signEverything, signIn, startBrowser, startDemo, violations } from './harness.mjs'

const PEOPLE = ['pupil', 'parent', 'teacher', 'it', 'head', 'dsl', 'office', 'governor']
/** How many pages of one kind are examined, over all people; a list of a thousand people is one page many times. */
const EXAMINED_OF_A_KIND = 2
const examined = new Map()
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

/** The page's kind: its path with ids and names taken out. */
function kind(url) {
  const { pathname, searchParams } = new URL(url)
  const path = pathname.replace(/[0-9a-f]{32}/g, ':id').replace(/\/(primary|academy|county|all)[a-z-]+/, '/:policy')
  return `${path}?${[...searchParams.keys()].sort()}`
}

/** Goes to one page of each kind that the person's links lead to. */
async function everyPage(page, examine) {
  const seen = new Set()
  const waiting = [`${demo.desk}/`]
  while (waiting.length > 0) {
    const url = waiting.shift()
    if (seen.has(kind(url))) continue
    seen.add(kind(url))
    const answer = await page.goto(url)
    assert.ok(answer.status() < 400, `${url} answers ${answer.status()}`)
    const count = examined.get(kind(url)) ?? 0
    examined.set(kind(url), count + 1)
    if (count < EXAMINED_OF_A_KIND) await examine(url)
    for (const link of await page.locator('a[href]').evaluateAll((links) => links.map((link) => link.href))) {
      const next = link.split('#')[0]
      if (!next.startsWith(`${demo.desk}/`)) continue
      if (/\/(assets|receipt|text)|format=csv|\.(pem|pac|csv|md)$/.test(next)) continue
      waiting.push(next)
    }
  }
  return seen
}

for (const who of PEOPLE) {
  test(`${who} meets no page that axe-core faults or that is wider than a telephone`, { timeout: 600_000 }, async () => {
    const page = await as(browser, demo, who, { viewport: { width: 320, height: 640 } })
    const faults = []
    page.on('console', (message) => message.type() === 'error' && faults.push(`${page.url()}: ${message.text()}`))
    await signIn(page, demo, who)
    if (who !== 'pupil') await signEverything(page, demo)
    const seen = await everyPage(page, async (url) => {
      faults.push(...(await violations(page)))
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
      if (wide > 0) faults.push(`${url} is ${wide} pixels wider than a telephone`)
      await picture(page, `page-${who}-${kind(url).replace(/[^a-z]+/g, '-')}`)
    })
    assert.ok(seen.size > 5, `only ${[...seen]} was reached`)
    assert.deepEqual(faults, [])
  })
}

test('signing in, reading and signing work without JavaScript', async () => {
  const page = await as(browser, demo, 'volunteer', { javaScriptEnabled: false })
  await signIn(page, demo, 'volunteer')
  await signEverything(page, demo)
  assert.match(await page.locator('main').innerText(), /version 1/i)
})

test('a wrong password is answered in place, and the name that was typed is kept', async () => {
  const page = await as(browser, demo, 'teacher')
  await page.goto(`${demo.desk}/sign-in`)
  await page.fill('input[name=username]', 'teacher')
  await page.fill('input[name=password]', 'not the password')
  await page.click('main button')
  assert.equal(await page.inputValue('input[name=username]'), 'teacher')
  await page.waitForSelector('.govuk-error-summary')
  assert.deepEqual(await violations(page), [])
})
