// A pupil reports a worry; the right people alone see it; one about such a person goes past them; the code shows the
// answer without signing in.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { as, beginWorry, picture, signIn, startBrowser, startDemo, violations } from './harness.mjs'

const TOLD = 'Somebody in my class sends me nasty pictures.'
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

async function signedIn(who) {
  const page = await as(browser, demo, who, { viewport: { width: 320, height: 640 } })
  await signIn(page, demo, who)
  return page
}

async function faultless(page) {
  assert.deepEqual(await violations(page), [])
  const wide = await page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth)
  assert.ok(!wide, `${page.url()} is wider than a telephone`)
}

/** From any page to the receipt; hands back the code. */
async function report(page, told, about) {
  await beginWorry(page)
  await faultless(page)
  await page.getByLabel('What happened?').fill(told)
  if (about) await page.getByLabel(about).check()
  await page.getByRole('button', { name: 'Next' }).click()
  assert.match(await page.locator('main').innerText(), /Nothing has been sent yet/)
  await faultless(page)
  await page.getByRole('button', { name: /^Send it to/ }).click()
  await faultless(page)
  return page.locator('.govuk-panel strong').innerText()
}

/** The open reports that somebody is shown; none where they have no such page. */
async function concerns(page) {
  const answer = await page.goto(`${demo.desk}/concerns`)
  return answer.status() === 200 ? page.locator('main a[href^="/concerns/"]').count() : 0
}

test('a worry reaches those who look after children and nobody else, and is answered', { timeout: 300_000 }, async () => {
  const pupil = await signedIn('pupil')
  const began = Date.now()
  const code = await report(pupil, TOLD)
  assert.ok(Date.now() - began < 60_000, 'it takes less than a minute')
  assert.match(code, /^[A-Z2-9]{4}-[A-Z2-9]{4}-[A-Z2-9]{4}$/)
  await picture(pupil, 'worry-sent')
  for (const who of ['teacher', 'it', 'head', 'office', 'governor', 'parent', 'pupil-two']) {
    assert.equal(await concerns(await signedIn(who)), 0, `${who} is shown the report`)
  }
  const lead = await signedIn('dsl')
  assert.match(await lead.locator('main').innerText(), /Take up a report/)
  assert.equal(await concerns(lead), 1)
  await faultless(lead)
  await lead.locator('main a[href^="/concerns/"]').click()
  assert.match(await lead.locator('main').innerText(), new RegExp(TOLD))
  assert.doesNotMatch(`${lead.url()} ${await lead.title()}`, /worry|tell|adult|nasty/i)
  await faultless(lead)
  await picture(lead, 'concern')
  await lead.getByRole('button', { name: 'Take it up' }).click()
  const deputy = await signedIn('deputy-dsl')
  await deputy.goto(lead.url())
  assert.match(await deputy.locator('main').innerText(), new RegExp(`Taken up by ${demo.person('dsl').name}`))
  await lead.getByLabel('Your words').fill('Thank you for telling us. Come and see me at break.')
  await lead.getByRole('button', { name: 'Answer the reporter' }).click()
  await lead.getByLabel('Your words').fill('Spoken with both families.')
  await lead.getByRole('button', { name: /^Close/ }).click()
  assert.match(await lead.locator('main').innerText(), /closed it: Spoken with both families/)

  const nobody = await (await browser.newContext({ javaScriptEnabled: false })).newPage()
  await nobody.goto(`${demo.desk}/worry-code`)
  await nobody.getByLabel('Your code').fill(code)
  await nobody.getByRole('button', { name: 'Read what came of it' }).click()
  const answer = await nobody.locator('main').innerText()
  assert.match(answer, /Come and see me at break/)
  assert.doesNotMatch(answer, /both families/)
  assert.equal(new URL(nobody.url()).pathname, '/worry-code')
  assert.ok(!nobody.url().includes(code))
})

test('a worry about the safeguarding lead goes past them', { timeout: 300_000 }, async () => {
  const lead = await signedIn('dsl')
  const before = await concerns(lead)
  const pupil = await signedIn('pupil')
  await report(pupil, 'It is about how I was spoken to.', new RegExp(demo.person('dsl').name))
  assert.equal(await concerns(lead), before)
  const deputy = await signedIn('deputy-dsl')
  await concerns(deputy)
  const texts = []
  for (const link of await deputy.locator('main a[href^="/concerns/"]').evaluateAll((links) => links.map((link) => link.href))) {
    await deputy.goto(link)
    texts.push(await deputy.locator('main').innerText())
  }
  assert.equal(texts.filter((text) => text.includes('how I was spoken to')).length, 1)
})

test('a child who is not signed in reports a worry too, without JavaScript', { timeout: 120_000 }, async () => {
  const page = await (await browser.newContext({ javaScriptEnabled: false })).newPage()
  await page.goto(`${demo.desk}/sign-in`)
  await beginWorry(page)
  await page.getByLabel('What happened?').fill('I am scared to go home.')
  await page.getByRole('button', { name: 'Next' }).click()
  await page.getByRole('button', { name: /^Send it to/ }).click()
  assert.match(await page.locator('main').innerText(), /Your code/)
})
