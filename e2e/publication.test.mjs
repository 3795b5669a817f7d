// A teacher asks to publish a picture of two children. A parent of one has not answered: the senior leaders see the picture
// and what is missing, and can’t say yes. With the parent’s yes they can, and when the parent takes it back it ends at once.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { PNG, faultless, picture, sendChecked, signedUp, startBrowser, startDemo } from './harness.mjs'

let demo
let browser
before(async () => {
  demo = await startDemo({ policy: 'primary-whole-school' })
  browser = await startBrowser(demo)
})
after(async () => {
  await browser?.close()
  await demo?.stop()
})

const signed = (who) => signedUp(browser, demo, who)
const text = (page) => page.locator('main').innerText()

/** A parent’s answer about one child: one that they choose on the page of the consent. */
async function answer(parent, child, choice) {
  await parent.goto(`${demo.desk}/consents/primary-whole-school/images`)
  await parent.getByRole('group', { name: demo.person(child).name }).getByLabel(choice, { exact: true }).check()
  await parent.getByRole('button', { name: 'Check your answers' }).click()
  await parent.getByRole('button', { name: 'Send my answers' }).click()
  assert.match(await text(parent), /count/)
}

/** Fills in the request for a picture of both children. */
async function fill(teacher, taken) {
  await teacher.goto(`${demo.desk}/ask/primary-whole-school/event-images`)
  await teacher.fill('[name=wants]', 'The summer fair')
  await teacher.fill('[name=reason]', 'For the front page.')
  await teacher.fill('[name="field.event"]', 'The summer fair')
  await teacher.fill('[name="field.children-shown"]', 'pupil, pupil-two')
  await teacher.getByLabel(taken, { exact: true }).check()
  await teacher.locator('[name="field.alone-with-a-child"][value=no]').check()
  await teacher.locator('[name=until]').first().check()
}

test('a picture waits for every consent, and goes when one is taken back', { timeout: 300_000 }, async () => {
  const children = ['pupil', 'pupil-two'].map((who) => demo.person(who).name)
  const parent = await signed('parent')
  await answer(parent, 'pupil', 'Yes')

  const teacher = await signed('teacher')
  await fill(teacher, 'A mobile telephone')
  await teacher.getByRole('button', { name: 'Next', exact: true }).click()
  assert.match(await teacher.title(), /^Error: /)
  assert.match(await text(teacher), /A mobile telephone/)
  await fill(teacher, 'A camera of the school')
  await teacher.getByRole('button', { name: 'Next', exact: true }).click()
  assert.match(await text(teacher), /You add them to the request once it is sent/)
  await faultless(teacher)
  await sendChecked(teacher, /^Ask /)
  await teacher.waitForURL(/\/requests\//)
  const request = new URL(teacher.url()).pathname
  await teacher.getByRole('link', { name: 'Add a picture' }).click()
  await faultless(teacher)
  const letter = { name: 'fair.png', mimeType: 'image/png', buffer: Buffer.from('Dear parents') }
  await teacher.getByLabel('The picture').setInputFiles(letter)
  await teacher.getByRole('button', { name: 'Add it to the request' }).click()
  assert.match(await text(teacher), /whatever its name says/)
  await teacher.getByLabel('The picture').setInputFiles({ name: 'fair.png', mimeType: 'image/png', buffer: PNG })
  await teacher.getByRole('button', { name: 'Add it to the request' }).click()
  assert.match(await text(teacher), /Download fair\.png/)
  await faultless(teacher)
  const file = await teacher.getByRole('link', { name: 'Download fair.png' }).getAttribute('href')

  const head = await signed('head')
  await head.goto(`${demo.desk}/decide`)
  await head.locator('main a[href^="/decide/"]').first().click()
  const shown = await text(head)
  for (const child of children) assert.ok(shown.includes(child), child)
  assert.match(shown, /a camera of the school[^]*Nobody can say yes to the request before each of these is given/)
  assert.match(shown, /nobody has answered/)
  const width = (image) => image.decode().then(() => image.naturalWidth)
  assert.equal(await head.getByRole('img', { name: 'Picture 1' }).evaluate(width), 1)
  assert.equal(await head.getByRole('heading', { name: 'Say yes' }).count(), 0)
  await faultless(head)
  await picture(head, 'publication-held-back')

  for (const who of ['parent', 'parent-two', 'pupil', 'dsl', 'office', 'it']) {
    const other = await signed(who)
    for (const path of [file, request, `${request}/pictures`]) {
      assert.equal((await other.goto(`${demo.desk}${path}`)).status(), 404, `${who} ${path}`)
    }
  }

  const other = await signed('parent-two')
  await answer(other, 'pupil-two', 'Yes')
  await head.reload()
  // A picture that is added while the page is open is looked at first.
  await teacher.goto(`${demo.desk}${request}`)
  await teacher.getByRole('link', { name: 'Add a picture' }).click()
  await teacher.getByLabel('The picture').setInputFiles({ name: 'tent.png', mimeType: 'image/png', buffer: PNG })
  await teacher.getByRole('button', { name: 'Add it to the request' }).click()
  await head.getByRole('button', { name: /^Allow it/ }).click()
  assert.match(await head.title(), /^Error: /)
  assert.match(await text(head), /A picture was added after you opened this page/)
  assert.equal(await head.getByRole('img', { name: 'Picture 2' }).count(), 1)
  await faultless(head)
  await head.getByRole('button', { name: /^Allow it/ }).click()
  await head.waitForURL(/\/requests\//)
  await teacher.goto(`${demo.desk}${request}`)
  assert.match(await text(teacher), /Approved by/)
  assert.equal(await teacher.getByRole('link', { name: 'Add a picture' }).count(), 0)

  await other.goto(`${demo.desk}/consents/primary-whole-school/images`)
  await answer(other, 'pupil-two', 'I take back what I said')
  await teacher.goto(`${demo.desk}${request}`)
  const ended = await text(teacher)
  assert.match(ended, /a consent that it needs is not given/i)
  assert.ok(!ended.includes(demo.person('parent-two').name), 'never whose')
  await faultless(teacher)
  await picture(teacher, 'publication-ended')
})
