// A teacher finds out how to reach a parent, uses the exception for an emergency and writes it down; the head reads it.
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

test('a teacher finds the way to a parent and writes down an emergency', { timeout: 300_000 }, async () => {
  const teacher = await signed('teacher')
  await teacher.goto(`${demo.desk}/`)
  await teacher.locator('main a[href="/in-touch"]').click()
  await faultless(teacher)
  await teacher.getByRole('link', { name: 'Parents and carers' }).click()
  await faultless(teacher)
  await picture(teacher, 'in-touch')
  const ways = await teacher.locator('main ol li').allInnerTexts()
  assert.deepEqual(ways, ['approved text service', 'approved e-mail service', 'X'])
  await teacher.getByRole('link', { name: 'Use it, and write it down' }).click()
  await faultless(teacher)
  await teacher.getByLabel('Whom').fill('The mother of a child in 5B')
  await teacher.getByLabel('When', { exact: true }).fill('2026-05-12')
  await teacher.getByLabel('When: the time of day').fill('11:00')
  await teacher.getByLabel('Why').fill('The coach broke down and the school telephone was flat.')
  await teacher.getByLabel('a telephone call').check()
  await teacher.getByRole('button', { name: 'Write the entry' }).click()
  await teacher.waitForURL(/\/entries\//)

  const head = await signed('head')
  await head.goto(`${demo.desk}/registers/primary-whole-school/emergency-contacts`)
  assert.match(await head.locator('main').innerText(), /The coach broke down/)

  const pupil = await signed('pupil')
  assert.equal((await pupil.goto(`${demo.desk}/in-touch`)).status(), 403)
})

test('who wants to get in touch finds the accounts of the school and who posts there', { timeout: 300_000 }, async () => {
  const head = await signed('head')
  await head.goto(`${demo.desk}/registers/primary-whole-school/official-accounts/enter`)
  await head.getByLabel('Account').fill('The school on X')
  await head.getByLabel('Poster').fill('it')
  await head.getByLabel('Since').fill('2026-05-12')
  await head.getByRole('button', { name: 'Write the entry' }).click()
  await head.waitForURL(/\/entries\//)

  const teacher = await signed('teacher')
  await teacher.goto(`${demo.desk}/in-touch`)
  const row = teacher.getByRole('row').filter({ hasText: 'The school on X' })
  assert.ok((await row.innerText()).includes(demo.person('it').name))
  await faultless(teacher)
  await picture(teacher, 'official-accounts')
  await teacher.getByRole('link', { name: 'Open the register' }).click()
  assert.match(await teacher.locator('main').innerText(), /The school on X/)
})
