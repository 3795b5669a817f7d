// A real mail server on this machine, and the mails that it has taken.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

const SERVER = new URL('../crates/mail/tests/smtp_server.py', import.meta.url).pathname

export class MailServer {
  #folder
  #server

  static async start() {
    const started = new MailServer()
    started.#folder = await mkdtemp(join(tmpdir(), 'schoolgate-mail-'))
    started.#server = spawn('/usr/bin/python3', [SERVER, join(started.#folder, 'Maildir')], { stdio: ['ignore', 'pipe', 'inherit'] })
    started.port = await new Promise((resolve, reject) => {
      createInterface({ input: started.#server.stdout }).once('line', resolve)
      started.#server.once('exit', () => reject(new Error("the mail server ended: run 'make packages'")))
    })
    return started
  }

  async stop() {
    this.#server.kill()
    await rm(this.#folder, { recursive: true, force: true })
  }

  get #taken() {
    return join(this.#folder, 'Maildir/new')
  }

  /** The mails that have come so far. */
  async mails() {
    const names = await readdir(this.#taken).catch(() => [])
    return Promise.all(names.map((name) => readFile(join(this.#taken, name), 'utf8')))
  }

  /** The mails, once there are so many. */
  async mailsOnce(count) {
    const until = Date.now() + 60_000
    for (;;) {
      const all = await this.mails()
      if (all.length >= count) return all
      assert.ok(Date.now() < until, `only ${all.length} of ${count} mails have come`)
      await new Promise((resolve) => setTimeout(resolve, 250))
    }
  }

  /** Whether somebody has had a mail that goes at any hour. */
  async hasUrged(who) {
    return (await this.mails()).some((mail) => recipient(mail) === who && /^Subject: Urgent/m.test(mail))
  }

  async forget() {
    for (const name of await readdir(this.#taken).catch(() => [])) await rm(join(this.#taken, name))
  }
}

/** The username of whoever a mail goes to. */
export const recipient = (mail) => mail.match(/^To: (\S+)@larkfield\.example/m)?.[1]
