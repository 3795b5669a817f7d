// Going back and reloading after a form that had errors, and a form whose session ended before it was sent.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { as, beginWorry, signIn, signOut, startBrowser, startDemo } from './harness.mjs'

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

/** What the page says; the browser's own error page has no main part. */
const said = (page) => page.locator('main').innerText()

test('who tried to sign in is shown once, and nobody goes back to it', { timeout: 120_000 }, async () => {
  const page = await as(browser, demo, 'pupil')
  await page.goto(`${demo.desk}/sign-in`)
  await page.fill('input[name=username]', 'somebody-else')
  await page.fill('input[name=password]', 'not-the-password')
  await page.click('main button')
  assert.match(await said(page), /There is a problem/)
  assert.equal(await page.inputValue('input[name=username]'), 'somebody-else')
  assert.equal(await page.inputValue('input[name=password]'), '')
  assert.ok(!page.url().includes('somebody-else'))
  await page.getByRole('link', { name: 'Help', exact: true }).click()
  await page.goBack()
  for (let visit = 0; visit < 2; visit += 1) {
    assert.doesNotMatch(await said(page), /There is a problem/)
    assert.equal(await page.inputValue('input[name=username]'), '')
    await page.reload()
  }
  await page.context().close()
})

test('going back to a form with errors and reloading it show it again', { timeout: 120_000 }, async () => {
  const page = await as(browser, demo, 'pupil')
  await signIn(page, demo, 'pupil')
  await beginWorry(page)
  await page.getByRole('button', { name: 'Next' }).click()
  assert.match(await said(page), /Say what happened/)
  await page.reload()
  assert.match(await said(page), /Say what happened/)
  await page.getByLabel('What happened?').fill('Somebody is unkind to me')
  await page.getByRole('button', { name: 'Next' }).click()
  assert.match(await said(page), /Nothing has been sent yet/)
  await page.goBack()
  assert.match(await said(page), /Say what happened/)
  await page.goForward()
  assert.match(await said(page), /Nothing has been sent yet/)
  await page.context().close()
})

test('a form that is sent after its session ended is found again by its person alone', { timeout: 120_000 }, async () => {
  const typed = 'I want to talk to my parents about this first'
  const page = await as(browser, demo, 'parent')
  await signIn(page, demo, 'parent')
  await page.goto(`${demo.desk}/agreements`)
  const forChild = page.locator('a[href^="/sign/"][href*="for="]').first()
  const address = `${await forChild.getAttribute('href')}`.replace('?', '/decline?')
  await page.goto(`${demo.desk}${address}`)
  await page.fill('[name=reason]', typed)
  const another = await page.context().newPage()
  await signOut(another, demo)
  await page.locator('main form button').click()
  assert.match(await said(page), /You were signed out before we got your form/)
  const person = demo.person('parent')
  await page.fill('input[name=username]', person.username)
  await page.fill('input[name=password]', person.password)
  await page.click('main button')
  assert.match(await said(page), /nothing has been done/)
  assert.equal(await page.inputValue('[name=reason]'), typed)
  assert.equal(new URL(page.url()).searchParams.get('for'), new URL(address, demo.desk).searchParams.get('for'))

  const elsewhere = await as(browser, demo, 'pupil')
  await signIn(elsewhere, demo, 'pupil')
  await elsewhere.goto(page.url())
  assert.ok(!(await elsewhere.content()).includes(typed))
})
