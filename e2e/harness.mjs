// Starts the real program's demo on free ports in a temporary folder, and real Chromium to look at it.
import assert from 'node:assert/strict'
import { spawn, execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { mkdtemp, rename, rm, mkdir, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { createInterface } from 'node:readline'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { chromium } from 'playwright-core'

export const run = promisify(execFile)
const root = new URL('..', import.meta.url).pathname
export const program = process.env.SCHOOLGATE ?? join(process.env.CARGO_TARGET_DIR ?? join(root, 'target'), 'debug/schoolgate')
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/**
 * A clock that a program goes by in place of the machine's, turned while it runs: Debian's libfaketime moves what the
 * program is told of the time of day, by so many seconds from now. Its steady clock, by which it waits, is left alone.
 */
export async function turnableClock(moment) {
  const { stdout } = await run('dpkg', ['-L', 'libfaketime'])
  const library = stdout.split('\n').find((file) => file.endsWith('/libfaketime.so.1'))
  const folder = await mkdtemp(join(tmpdir(), 'schoolgate-clock-'))
  const file = join(folder, 'offset')
  const turn = async (to) => {
    await writeFile(`${file}.new`, `${to.getTime() > Date.now() ? '+' : '-'}${Math.abs(to.getTime() - Date.now()) / 1000}`)
    await rename(`${file}.new`, file)
  }
  await turn(moment)
  const env = { LD_PRELOAD: library, FAKETIME_TIMESTAMP_FILE: file, FAKETIME_NO_CACHE: '1', FAKETIME_DONT_FAKE_MONOTONIC: '1' }
  return { env, turn, stop: () => rm(folder, { recursive: true, force: true }) }
}

/** The demo, running: its addresses, its people, and how to stop it. */
export async function startDemo({ policy = 'primary-whole-school', data, options = [], clock } = {}) {
  const folder = data ?? (await mkdtemp(join(tmpdir(), 'schoolgate-')))
  const child = spawn(
    program,
    ['demo', '--json', '--policy', policy, '--data', folder, '--desk', '127.0.0.1:0', '--gate', '127.0.0.1:0', ...options],
    { cwd: root, stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...clock?.env } },
  )
  let errors = ''
  child.stderr.on('data', (text) => (errors += text))
  const ended = new Promise((resolve) => child.once('exit', resolve).once('error', resolve))
  const lines = createInterface({ input: child.stdout })
  const first = await Promise.race([
    new Promise((resolve) => lines.once('line', resolve)),
    ended.then((code) => Promise.reject(new Error(`the demo ended with ${code}\n${errors}`))),
  ])
  const demo = JSON.parse(first)
  return {
    ...demo,
    folder,
    child,
    person: (who) => {
      const found = [...demo.people, ...sampleSchool()].find((person) => person.username === who)
      if (!found) throw new Error(`nobody in the demo is called ${who}`)
      return found
    },
    stop: async () => {
      child.kill('SIGTERM')
      await ended
      if (!data) await rm(folder, { recursive: true, force: true })
    },
    kill: async () => {
      child.kill('SIGKILL')
      await ended
    },
  }
}

/** Everybody of the sample school, also those whom the policy of a demo does not speak to and whom it does not print. */
function sampleSchool() {
  return peopleOf(readFileSync(join(root, 'demo/sample-school.csv'), 'utf8'))
}

/** The people of a list, each with the columns of its first line. */
function peopleOf(list) {
  const [columns, ...rows] = list.trim().split('\n').map((line) => line.split(','))
  return rows.map((row) => Object.fromEntries(columns.map((column, place) => [column, row[place]])))
}

/** A school of its own, begun by the program's commands and served: its desk, its people, and how to stop it. */
export async function startSchool({ policy, roles, people, lessons, clock }) {
  const env = { ...process.env, ...clock?.env }
  const folder = await mkdtemp(join(tmpdir(), 'schoolgate-'))
  const file = async (name, text) => {
    await writeFile(join(folder, name), text)
    return join(folder, name)
  }
  const timetable = lessons.map((lesson) => `{ ${Object.entries(lesson).map(([key, value]) => `${key} = ${JSON.stringify(value)}`).join(', ')} }`)
  const configuration = `data = ${JSON.stringify(join(folder, 'data'))}
[school.timetable]
time-zone = "Europe/London"
day = [{ period = "school day", from = "00:00", to = "23:59" }]
lessons = [${timetable}]
[listen]
desk = "127.0.0.1:0"
gate = "127.0.0.1:0"
`
  const config = ['--config', await file('schoolgate.toml', configuration)]
  await run(program, ['init', ...config], { env })
  const { stdout: ready } = await run(program, ['roles', ...config, 'export'], { env })
  await run(program, ['roles', ...config, 'import', await file('roles.toml', ready + roles)], { env })
  await run(program, ['policy', 'install', await file('policy.md', policy), ...config], { env })
  await run(program, ['people', ...config, 'import', await file('people.csv', people)], { env })
  const child = spawn(program, ['serve', ...config], { stdio: ['ignore', 'pipe', 'pipe'], env })
  let errors = ''
  child.stderr.on('data', (text) => (errors += text))
  const ended = new Promise((resolve) => child.once('exit', resolve).once('error', resolve))
  const first = await Promise.race([
    new Promise((resolve) => createInterface({ input: child.stdout }).once('line', resolve)),
    ended.then((code) => Promise.reject(new Error(`the school ended with ${code}\n${errors}`))),
  ])
  const known = peopleOf(people)
  return {
    desk: `http://localhost:${first.match(/desk listens on [^,]*:(\d+)/)[1]}`,
    folder,
    people: known,
    person: (who) => known.find((person) => person.username === who),
    stop: async () => {
      child.kill('SIGTERM')
      await ended
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** One request through the gate by curl: status, headers, body. */
export async function curl(demo, who, url, ...options) {
  const person = who && demo.person(who)
  const proxy = ['-x', `http://${demo.gate}`, ...(person ? ['-U', `${person.username}:${person.password}`] : [])]
  const trust = ['--cacert', demo.authorities]
  const { stdout } = await run('curl', ['-s', '-i', '--suppress-connect-headers', '--max-time', '20', ...proxy, ...trust, ...options, url], {
    maxBuffer: 64 << 20,
  })
  const end = stdout.indexOf('\r\n\r\n')
  const [line, ...fields] = stdout.slice(0, end).split('\r\n')
  const headers = Object.fromEntries(fields.map((field) => [field.slice(0, field.indexOf(':')).toLowerCase(), field.slice(field.indexOf(':') + 1).trim()]))
  return { status: Number(line.split(' ')[1]), headers, body: stdout.slice(end + 4) }
}

/** Chromium with a home of its own, in which the authorities of the demo are trusted. */
export async function startBrowser(demo, launch = {}) {
  const home = join(demo.folder, `browser-${Math.abs(Math.trunc(performance.now() * 1000))}`)
  const database = join(home, '.pki/nssdb')
  await mkdir(database, { recursive: true })
  await run('certutil', ['-N', '-d', `sql:${database}`, '--empty-password'])
  const authorities = [['school', demo.authority], ['little-web', demo.littleWeb]].filter(([, file]) => file)
  for (const [name, file] of authorities) {
    await run('certutil', ['-A', '-d', `sql:${database}`, '-t', 'C,,', '-n', name, '-i', file])
  }
  return chromium.launch({
    executablePath: '/usr/bin/chromium',
    env: { ...process.env, HOME: home },
    ...launch,
    args: [
      '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
      '--disable-component-update', '--disable-sync',
      '--disable-features=AutofillServerCommunication,OptimizationHints,Translate,MediaRouter', ...(launch.args ?? []),
    ],
  })
}

/** A browser of one person's own: its traffic goes through the gate under their name, the desk is reached directly. */
export async function as(browser, demo, who, options = {}) {
  const person = demo.person(who)
  const context = await browser.newContext({
    proxy: { server: `http://${demo.gate}`, username: person.username, password: person.password, bypass: 'localhost,127.0.0.1' },
    ...options,
  })
  const page = await context.newPage()
  page.setDefaultTimeout(15_000)
  return page
}

/** Signs in at the desk by the form. */
export async function signIn(page, demo, who) {
  const person = demo.person(who)
  await page.goto(`${demo.desk}/sign-in`)
  await page.fill('input[name=username]', person.username)
  await page.fill('input[name=password]', person.password)
  await page.click('main button')
  await page.waitForURL((url) => !url.pathname.startsWith('/sign-in'))
}

/** Signs out of the desk: from then on the address names whoever else is signed in there, or nobody. */
export async function signOut(page, demo) {
  await page.goto(`${demo.desk}/`)
  await page.getByRole('button', { name: 'Sign out' }).click()
  await page.waitForURL(/\/sign-in/)
}

/** Reads and signs all that is owed: for oneself, and as a parent for each child. */
export async function signEverything(page, demo) {
  await page.goto(`${demo.desk}/agreements`)
  const owed = () => page.locator('main a[href^="/sign/"]')
  const signer = await page.locator('.desk-person__name').innerText()
  while ((await owed().count()) > 0) {
    await owed().first().click()
    const name = page.locator('input[name=printed_name]')
    if (await name.count()) await name.fill(signer)
    await page.check('input[name=read]')
    for (const tick of await page.locator('input[name=ticks]').all()) await tick.check()
    await sendChecked(page, /^(I agree|I have read it)/)
    await page.waitForURL((url) => !url.pathname.startsWith('/sign/'))
    await page.goto(`${demo.desk}/agreements`)
  }
}

/** Sends a form, from the page that shows its answers once more where it has one. */
export async function sendChecked(page, button) {
  const next = page.locator('main').getByRole('button', { name: 'Next', exact: true })
  if (await next.count()) await next.click()
  await page.locator('main').getByRole('button', { name: button }).click()
}

/** A picture of one dot. */
export const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
)

/** From any page to the form for what is most likely meant: where there is a choice, the first one. */
export async function beginWorry(page) {
  await page.getByRole('link', { name: 'Report a worry' }).first().click()
  const offered = page.locator('main a[href^="/worry/"]')
  if (!(await page.getByLabel('What happened?').count())) await offered.first().click()
}

/** Every violation that axe-core finds on the page, as lines. */
export async function violations(page) {
  // The desk lets no script in; this one comes by the debugger's way, which no page can refuse.
  await page.evaluate(axe)
  const { violations } = await page.evaluate(() => globalThis.axe.run())
  return violations.map((found) => `${page.url()}: ${found.id}: ${found.help}: ${found.nodes.map((node) => node.target).join(', ')}`)
}

/** A page of somebody who has signed in, and has signed what they are asked to. */
export async function signedUp(browser, demo, who) {
  const page = await as(browser, demo, who)
  await signIn(page, demo, who)
  await signEverything(page, demo)
  return page
}

/** That a page has nothing wrong by axe's rules. */
export async function faultless(page) {
  assert.deepEqual(await violations(page), [])
}

/** Somebody signed in, in a browser as narrow as a telephone. */
export async function onATelephone(browser, demo, who) {
  const page = await as(browser, demo, who, { viewport: { width: 320, height: 640 } })
  await signIn(page, demo, who)
  return page
}

/** That a page has nothing wrong by axe's rules, and is no wider than the telephone. */
export async function faultlessOnATelephone(page) {
  await faultless(page)
  const wide = await page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth)
  assert.ok(!wide, `${page.url()} is wider than a telephone`)
}

/** A picture for whoever wants to look, where SCREENSHOTS names a folder. */
export async function picture(page, name) {
  if (process.env.SCREENSHOTS) await page.screenshot({ path: join(process.env.SCREENSHOTS, `${name}.png`), fullPage: true })
}
