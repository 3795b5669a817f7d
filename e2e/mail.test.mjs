// A pupil reports a worry; those who receive it are told by a mail, read here from a real SMTP server, which says nothing
// of the worry; one about the safeguarding lead is told to somebody else.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { after, before, test } from 'node:test'
import { as, beginWorry, signIn, startBrowser, startDemo } from './harness.mjs'

const SERVER = new URL('../crates/mail/tests/smtp_server.py', import.meta.url).pathname
const TOLD = 'Somebody in my class sends me nasty pictures.'
let folder
let server
let demo
let browser

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'schoolgate-mail-'))
  server = spawn('/usr/bin/python3', [SERVER, join(folder, 'Maildir')], { stdio: ['ignore', 'pipe', 'inherit'] })
  const port = await new Promise((resolve, reject) => {
    createInterface({ input: server.stdout }).once('line', resolve)
    server.once('exit', () => reject(new Error("the mail server ended: run 'make packages'")))
  })
  demo = await startDemo({ options: ['--mail-port', port] })
  browser = await startBrowser(demo)
})
after(async () => {
  await browser?.close()
  await demo?.stop()
  server?.kill()
  await rm(folder, { recursive: true, force: true })
})

/** The mails that have come so far. */
async function mails() {
  const names = await readdir(join(folder, 'Maildir/new')).catch(() => [])
  return Promise.all(names.map((name) => readFile(join(folder, 'Maildir/new', name), 'utf8')))
}

/** The mails, once there are so many. */
async function mailsOnce(count) {
  const until = Date.now() + 60_000
  for (;;) {
    const all = await mails()
    if (all.length >= count) return all
    assert.ok(Date.now() < until, `only ${all.length} of ${count} mails have come`)
    await new Promise((resolve) => setTimeout(resolve, 250))
  }
}

const to = (mail) => mail.match(/^To: (\S+)@larkfield\.example/m)?.[1]

async function report(told, about) {
  const page = await as(browser, demo, 'pupil')
  await signIn(page, demo, 'pupil')
  await beginWorry(page)
  await page.getByLabel('What happened?').fill(told)
  if (about) await page.getByLabel(about).check()
  await page.getByRole('button', { name: 'Next' }).click()
  assert.deepEqual(await mails(), [], 'nobody is told of what has not been sent')
  await page.getByRole('button', { name: /^Send it to/ }).click()
  await page.locator('.govuk-panel strong').waitFor()
  await page.context().close()
}

async function forget() {
  for (const name of await readdir(join(folder, 'Maildir/new'))) await rm(join(folder, 'Maildir/new', name))
}

test('a worry is told by mails that say nothing of it, to those who receive it alone', { timeout: 300_000 }, async () => {
  await report(TOLD)
  const came = await mailsOnce(2)
  assert.deepEqual(came.map(to).sort(), ['deputy-dsl', 'dsl'])
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
  await forget()
  await report('It is about how I was spoken to.', new RegExp(demo.person('dsl').name))
  await mailsOnce(1)
  // All mails of one moment go in one round, which the next would follow seconds later.
  await new Promise((resolve) => setTimeout(resolve, 12_000))
  assert.deepEqual((await mails()).map(to), ['deputy-dsl'])
})
