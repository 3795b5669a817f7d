// A parent refuses that their child is photographed; the child stands on the list, which communications read and a teacher
// whom they let see it, and nobody else.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { faultless, picture, sendChecked, signedUp, startBrowser, startDemo } from './harness.mjs'

let demo
let browser
before(async () => {
  demo = await startDemo({ policy: 'all-through-school' })
  browser = await startBrowser(demo)
})
after(async () => {
  await browser?.close()
  await demo?.stop()
})

const signed = (who) => signedUp(browser, demo, who)
const list = '/registers/all-through-school/no-photographs'
const text = (page) => page.locator('main').innerText()

/** A parent’s answer about the child in the demo. */
async function answer(parent, choice) {
  await parent.goto(`${demo.desk}/consents/all-through-school/photographs`)
  await parent.getByRole('group', { name: demo.person('pupil').name }).getByLabel(choice, { exact: true }).check()
  await parent.getByRole('button', { name: 'Check your answers' }).click()
  await faultless(parent)
  await parent.getByRole('button', { name: 'Send my answers' }).click()
  assert.match(await text(parent), /Your answers count from now on/)
}

test('a child whose parent refuses is on the list, for whoever may read it', { timeout: 300_000 }, async () => {
  const child = demo.person('pupil').name
  const parent = await signed('parent')
  await answer(parent, 'No')
  assert.ok((await parent.goto(`${demo.desk}${list}`)).status() >= 400, 'not even the parent reads the list')

  const teacher = await signed('teacher')
  assert.ok((await teacher.goto(`${demo.desk}${list}`)).status() >= 400)
  await teacher.goto(`${demo.desk}/ask/all-through-school/see-no-photographs`)
  await teacher.fill('[name=wants]', 'The list, for the sports day')
  await teacher.fill('[name=reason]', 'I take the pictures.')
  const recipient = teacher.locator('[name=recipient]')
  if (await recipient.count()) await recipient.first().check()
  await teacher.locator('[name=until]').first().check()
  await sendChecked(teacher, /^Ask /)
  await teacher.waitForURL(/\/requests\//)

  const office = await signed('office')
  await office.goto(`${demo.desk}/registers`)
  await office.locator(`main a[href="${list}"]`).click()
  assert.match(await text(office), /As of [^]*Not given/)
  await faultless(office)
  await office.goto(`${demo.desk}/decide`)
  await office.locator('main a[href^="/decide/"]').first().click()
  await office.locator('main form button').first().click()
  await office.waitForURL(/\/requests\//)

  await teacher.goto(`${demo.desk}/`)
  const began = performance.now()
  await teacher.getByRole('link', { name: 'Registers' }).click()
  await teacher.locator(`main a[href="${list}"]`).click()
  const row = teacher.getByRole('row').filter({ hasText: child })
  await row.waitFor()
  console.log(`found who may not be photographed in ${Math.round(performance.now() - began)} ms and two clicks from Home`)
  await teacher.goto(`${demo.desk}${list}?group=5B`)
  assert.match(await row.innerText(), /5B[^]*Refused/)
  assert.ok(!(await text(teacher)).includes(demo.person('parent').name), 'who said no, it does not say')
  await faultless(teacher)
  await picture(teacher, 'consent-list')

  for (const who of ['pupil', 'parent-two', 'dsl', 'visitor']) {
    const other = await signed(who)
    assert.ok((await other.goto(`${demo.desk}${list}`)).status() >= 400, who)
  }
  await answer(parent, 'Yes')
  await teacher.reload()
  assert.equal(await teacher.getByRole('row').filter({ hasText: child }).count(), 0, 'there is a yes')
  // A no that comes later counts at once.
  await answer(parent, 'No')
  await teacher.reload()
  assert.match(await row.innerText(), /5B[^]*Refused/)
})
