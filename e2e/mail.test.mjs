// A pupil reports a worry; those who receive it are told by a mail, read here from a real SMTP server, which says nothing
// of the worry; one about the safeguarding lead is told to somebody else.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { as, beginWorry, signIn, startBrowser, startDemo } from './harness.mjs'
import { MailServer, recipient } from './mail_server.mjs'

const TOLD = 'Somebody in my class sends me nasty pictures.'
let server
let demo
let browser

before(async () => {
  server = await MailServer.start()
  demo = await startDemo({ options: ['--mail-port', server.port] })
  browser = await startBrowser(demo)
})
after(async () => {
  await browser?.close()
  await demo?.stop()
  await server?.stop()
})

async function report(told, about) {
  const page = await as(browser, demo, 'pupil')
  await signIn(page, demo, 'pupil')
  await beginWorry(page)
  await page.getByLabel('What happened?').fill(told)
  if (about) await page.getByLabel(about).check()
  await page.getByRole('button', { name: 'Next' }).click()
  assert.deepEqual(await server.mails(), [], 'nobody is told of what has not been sent')
  await page.getByRole('button', { name: /^Send it to/ }).click()
  await page.locator('.govuk-panel strong').waitFor()
  await page.context().close()
}

test('a worry is told by mails that say nothing of it, to those who receive it alone', { timeout: 300_000 }, async () => {
  await report(TOLD)
  const came = await server.mailsOnce(2)
  assert.deepEqual(came.map(recipient).sort(), ['deputy-dsl', 'dsl'])
  for (const mail of came) {
    assert.match(mail, /^Subject: (Urgent: s|S)omething on Schoolgate needs you\r?$/m)
    assert.ok(mail.includes(`${demo.desk}/`), 'it leads to the desk')
    const { name } = demo.person('pupil')
    for (const word of ['nasty', 'picture', 'worr', 'report', 'concern', 'safeguard', '/concerns', 'pupil', ...name.split(' ')]) {
      assert.ok(!mail.toLowerCase().includes(word.toLowerCase()), `it says '${word}':\n${mail}`)
    }
  }
  const lead = await as(browser, demo, 'dsl')
  await signIn(lead, demo, 'dsl')
  await lead.goto(came[0].match(/https?:\/\/\S+/)[0])
  assert.match(await lead.locator('main').innerText(), /Take up a report/)
  await lead.context().close()
})

test('a worry about the safeguarding lead is told by mail to somebody else', { timeout: 300_000 }, async () => {
  await server.forget()
  await report('It is about how I was spoken to.', new RegExp(demo.person('dsl').name))
  await server.mailsOnce(1)
  // All mails of one moment go in one round, which the next would follow seconds later.
  await new Promise((resolve) => setTimeout(resolve, 12_000))
  assert.deepEqual((await server.mails()).map(recipient), ['deputy-dsl'])
})
