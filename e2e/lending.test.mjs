// IT staff lend a laptop, whoever has it finds it among theirs, and it is called in when they leave.
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

const laptops = 'main a[href="/registers/primary-whole-school/school-laptops"]'
const text = (page) => page.locator('main').innerText()

test('a laptop is lent, found by whoever has it, and taken back', { timeout: 300_000 }, async () => {
  const it = await signed('it')
  const began = performance.now()
  await it.goto(`${demo.desk}/registers`)
  await it.locator(laptops).click()
  await it.getByRole('button', { name: 'Write an entry' }).click()
  await it.getByLabel('Laptop', { exact: true }).fill('Laptop 12')
  await it.getByLabel('Holder').fill('teacher')
  await it.getByLabel('Issued on').fill('2026-05-12')
  for (const question of ['Firewall on', 'Password on']) {
    await it.getByRole('group', { name: question }).getByLabel('Yes').check()
  }
  await it.getByRole('button', { name: 'Write the entry' }).click()
  await it.waitForURL(/\/entries\//)
  const lent = performance.now()
  await faultless(it)
  const entry = it.url()

  const teacher = await signed('teacher')
  await teacher.getByRole('link', { name: 'Registers' }).click()
  await teacher.locator(laptops).click()
  assert.match(await text(teacher), /What is listed for you\s[^]*Laptop 12/)
  assert.doesNotMatch(await text(teacher), /Firewall|Written by|Checks/)
  await faultless(teacher)
  await picture(teacher, 'what-you-have')
  assert.equal((await teacher.goto(entry)).status(), 404)

  const again = performance.now()
  await it.getByRole('button', { name: 'Correct it' }).click()
  await it.getByLabel('Returned on').fill('2026-05-13')
  await it.getByLabel('Why is it put right?').fill('It came back.')
  await it.getByRole('button', { name: 'Correct the entry' }).click()
  await it.waitForURL(entry)
  const back = performance.now()
  console.log(`lent in ${Math.round(lent - began)} ms, taken back in ${Math.round(back - again)} ms, as fast as a script fills in forms`)
  await teacher.goto(`${demo.desk}/registers/primary-whole-school/school-laptops`)
  assert.doesNotMatch(await text(teacher), /Laptop 12/)
})

test('what somebody has is called in when they leave', { timeout: 300_000 }, async () => {
  const it = await signed('it')
  await it.goto(`${demo.desk}/registers/primary-whole-school/school-laptops/enter`)
  await it.getByLabel('Laptop', { exact: true }).fill('Laptop 13')
  await it.getByLabel('Holder').fill('teacher')
  await it.getByLabel('Issued on').fill('2026-05-12')
  for (const question of ['Firewall on', 'Password on']) {
    await it.getByRole('group', { name: question }).getByLabel('Yes').check()
  }
  await it.getByRole('button', { name: 'Write the entry' }).click()
  await it.waitForURL(/\/entries\//)
  const entry = it.url()

  const head = await signed('head')
  await head.goto(`${demo.desk}/people?search=${encodeURIComponent(demo.person('teacher').name)}`)
  await head.locator('main').getByRole('link', { name: demo.person('teacher').name }).first().click()
  await head.getByRole('link', { name: 'Mark them as having left' }).click()
  await head.getByRole('button', { name: 'Mark them as having left' }).click()

  await it.goto(demo.desk)
  await faultless(it)
  await it.getByRole('link', { name: 'Take back ‘Laptop 13’' }).click()
  await it.waitForURL(entry)
  assert.match(await text(it), /has left/)
  await faultless(it)
  await picture(it, 'entry-to-take-back')
  await it.getByLabel('Why does it hold no longer?').fill('It was given back.')
  await it.getByRole('button', { name: 'Close the entry' }).click()
  await it.goto(demo.desk)
  assert.doesNotMatch(await text(it), /Laptop 13/)

  await it.goto(`${demo.desk}/registers/primary-whole-school/school-laptops`)
  assert.match(await text(it), /The next check is due/)
  await it.getByRole('button', { name: 'Check this register' }).click()
  await faultless(it)
  await picture(it, 'check-a-register')
  await it.goto(`${demo.desk}/registers/primary-whole-school/school-laptops/labels`)
  await faultless(it)
  await picture(it, 'labels')
  await it.goto(`${demo.desk}/registers/primary-whole-school/school-laptops/check`)
  await it.getByLabel('What did you find? (optional)').fill('One bag is missing.')
  await it.getByRole('button', { name: 'I have checked this register' }).click()
  assert.match(await text(it), /One bag is missing/)
  await faultless(it)
  await picture(it, 'a-register-with-checks')
})
