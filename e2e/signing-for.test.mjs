// Somebody is lent a laptop and signs for it: on the device of the IT staff with their own password, or from their own Home.
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
const text = (page) => page.locator('main').innerText()
const laptops = () => `${demo.desk}/registers/primary-whole-school/school-laptops`

const lend = async (it, laptop) => {
  await it.goto(`${laptops()}/enter`)
  await it.getByLabel('Laptop', { exact: true }).fill(laptop)
  await it.getByLabel('Holder').fill('teacher')
  await it.getByLabel('Issued on').fill('2026-05-12')
  for (const question of ['Firewall on', 'Password on']) {
    await it.getByRole('group', { name: question }).getByLabel('Yes').check()
  }
  await it.getByRole('button', { name: 'Write the entry' }).click()
  await it.waitForURL(/\/entries\//)
  return it.url()
}

test('whoever is lent a laptop signs for it on the device that they are handed', { timeout: 300_000 }, async () => {
  const it = await signed('it')
  await signed('teacher')
  const entry = await lend(it, 'Laptop 21')
  assert.match(await text(it), /Not signed for/)
  await it.getByRole('link', { name: 'sign for it on this device' }).click()
  assert.match(await text(it), new RegExp(`This is for ${demo.person('teacher').name}`))
  const around = async () => `${await it.locator('header').innerText()} ${await it.locator('footer').count()}`
  assert.doesNotMatch(await around(), /Menu|Registers|Sign out|[1-9]$/, 'nothing of the keeper’s stands around it')
  await faultless(it)
  await picture(it, 'sign-on-the-keepers-device')
  await it.getByLabel('Your password').fill('not the right one')
  await it.getByRole('button', { name: 'I have this and keep to the clause' }).click()
  assert.match(await text(it), /The password is not right/)
  await faultless(it)
  await it.getByLabel('Your password').fill(demo.person('teacher').password)
  await it.getByRole('button', { name: 'I have this and keep to the clause' }).click()
  assert.match(await text(it), /Hand the device back/)
  assert.doesNotMatch(await around(), /Menu|Registers|Sign out|[1-9]$/)
  await faultless(it)
  await it.getByRole('link', { name: 'Go on' }).click()
  await it.waitForURL(entry)
  assert.match(await text(it), new RegExp(`${demo.person('teacher').name} signed for it, on the device of`))
  await faultless(it)
})

test('from their own Home somebody says why they don’t sign, and the keeper finds it', { timeout: 300_000 }, async () => {
  const it = await signed('it')
  const teacher = await signed('teacher')
  await lend(it, 'Laptop 22')
  await teacher.goto(demo.desk)
  await teacher.getByRole('link', { name: 'Sign for ‘Laptop 22’' }).click()
  assert.doesNotMatch(await text(teacher), /Firewall|Your password/)
  await faultless(teacher)
  await picture(teacher, 'sign-for-what-you-were-given')
  await teacher.getByRole('button', { name: 'I don’t sign for it' }).click()
  assert.match(await text(teacher), /Say why you don’t sign/)
  await faultless(teacher)
  await teacher.getByLabel('If you don’t sign, say why').fill('The lid is broken.')
  await teacher.getByRole('button', { name: 'I don’t sign for it' }).click()
  assert.doesNotMatch(await text(teacher), /Laptop 22/)

  await it.goto(laptops())
  await it.getByRole('link', { name: 'what nobody has signed for' }).click()
  assert.match(await text(it), /Laptop 22[^]*Declined/)
  assert.doesNotMatch(await text(it), /Laptop 21/)
  await faultless(it)
  await picture(it, 'not-signed-for')
  await it.locator('main table').getByRole('link').first().click()
  assert.match(await text(it), /The lid is broken/)
})
