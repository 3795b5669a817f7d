// The head writes down the search of a child's device with a witness; who was not there sees nothing of it; a member of
// staff writes down that they used their own telephone.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { faultless, picture, signedUp, startBrowser, startDemo } from './harness.mjs'

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

const signed = (who) => signedUp(browser, demo, who)

test('a search is written down with its witness, and nobody else reads it', { timeout: 300_000 }, async () => {
  const head = await signed('head')
  await head.goto(`${demo.desk}/registers`)
  await faultless(head)
  await head.locator('main a[href="/registers/primary-whole-school/device-searches"]').click()
  await head.getByRole('button', { name: 'Write an entry' }).click()
  await faultless(head)
  await head.getByRole('button', { name: 'Write the entry' }).click()
  const summary = head.locator('.govuk-error-summary')
  assert.equal(await summary.locator('li').count(), 5, 'each field that is missing, and the second person')
  await faultless(head)
  await head.getByLabel('Pupil').fill('pupil')
  await head.getByLabel('Device', { exact: true }).fill('A blue telephone')
  await head.getByLabel('When', { exact: true }).fill('2026-05-12')
  await head.getByLabel('When: the time of day').fill('10:15')
  await head.getByLabel('Reason').fill('It was said to hold a picture of another child.')
  await head.getByLabel('Who else was there?').fill('head')
  await head.getByRole('button', { name: 'Write the entry' }).click()
  assert.match(await summary.innerText(), /somebody else/)
  await head.getByLabel('Who else was there?').fill('deputy-dsl')
  await head.getByRole('button', { name: 'Write the entry' }).click()
  await head.waitForURL(/\/entries\//)
  await faultless(head)
  await picture(head, 'register-entry')
  assert.match(await head.locator('main').innerText(), /A blue telephone/)

  const teacher = await signed('teacher')
  assert.equal((await teacher.goto(head.url())).status(), 404)
  await teacher.goto(`${demo.desk}/registers/primary-whole-school/phone-exceptions`)
  assert.match(await teacher.locator('main').innerText(), /Write here each time that a device of one's own was used/)
  await teacher.getByRole('button', { name: 'Write an entry' }).click()
  await teacher.getByLabel('When', { exact: true }).fill('2026-05-12')
  await teacher.getByLabel('When: the time of day').fill('11:00')
  await teacher.getByLabel('Why').fill('The school telephone was broken and a child was ill.')
  await teacher.getByRole('button', { name: 'Write the entry' }).click()
  await teacher.waitForURL(/\/entries\//)

  await head.getByLabel('Why does it hold no longer?').fill('It was given back.')
  await head.getByRole('button', { name: 'Close the entry' }).click()
  assert.match(await head.locator('main').innerText(), /Closed by/)
  await head.goto(`${demo.desk}/registers/primary-whole-school/phone-exceptions`)
  assert.match(await head.locator('main').innerText(), /broken and a child was ill/)
  await faultless(head)
})

test('a list is put right on its page, looked at and entered', { timeout: 300_000 }, async () => {
  const head = await signed('head')
  await head.goto(`${demo.desk}/registers/primary-whole-school/access-hierarchy`)
  await faultless(head)
  await head.getByRole('link', { name: 'enter a list' }).click()
  await faultless(head)
  const list = head.getByLabel('The list', { exact: true })
  await list.fill('Person\tLevel\nteacher\tTeaching\nNobody Known\tOffice')
  await head.getByRole('button', { name: 'Check the list' }).click()
  assert.match(await head.locator('.govuk-error-summary').innerText(), /Nothing was entered: the list has 1 problem/)
  await faultless(head)
  await picture(head, 'register-list-problems')
  const kept = await list.inputValue()
  assert.match(kept, /Nobody Known/, 'what was pasted is kept')
  await list.fill(kept.replace('Nobody Known', 'deputy-dsl'))
  await head.getByRole('button', { name: 'Check the list' }).click()
  await faultless(head)
  await picture(head, 'register-list')
  await head.getByRole('button', { name: 'Enter 2 entries' }).click()
  assert.match(await head.locator('main').innerText(), /The list is entered/)
  await faultless(head)
  await head.getByRole('link', { name: 'See the register' }).click()
  assert.match(await head.locator('main').innerText(), /Teaching/)

  const teacher = await signed('teacher')
  const refused = await teacher.goto(`${demo.desk}/registers/primary-whole-school/access-hierarchy/import`)
  assert.equal(refused.status(), 403)
})
