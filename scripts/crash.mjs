// Kills the program at random moments under load, and looks for anything it had acknowledged and lost.
//
//   node scripts/crash.mjs [ROUNDS]
//
// Each round starts the demo on the same folder, signs, asks, decides and browses as fast as it can, and ends in
// SIGKILL. What was answered is written down: a signature (the desk showed its receipt), a decision (the desk showed the
// request as decided), a page through the gate (its last byte arrived). After each kill the ledger must verify; at the
// end every one of them must be there.
import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import http from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { program, startDemo } from '../e2e/harness.mjs'
import { errorsOf, Visitor } from '../e2e/visitor.mjs'

const run = promisify(execFile)
const rounds = Number(process.argv[2] ?? 50)
const SIGNERS_PER_ROUND = 6
const BROWSERS = 4
const policy = 'primary-whole-school'
const data = await mkdtemp(join(tmpdir(), 'schoolgate-crash-'))
const configuration = join(data, 'crash.toml')
const acknowledged = { signatures: new Map(), decisions: new Map(), pages: new Set() }

/** Goes on until the program is killed under it. */
async function untilKilled(state, work) {
  while (!state.killed) {
    try {
      await work()
    } catch (error) {
      if (!state.killed) throw error
    }
  }
}

async function sign(demo, signer) {
  const visitor = new Visitor(demo.desk)
  await visitor.signIn(signer.username, signer.password)
  const answer = await visitor.fill(`/sign/${policy}`, { printed_name: 'As printed', name_confirmed: 'As printed', read: 'yes' })
  const id = answer.location.match(/^\/agreements\/([0-9a-f]+)/)?.[1]
  if (!id) throw new Error(`${signer.username}'s signature was answered ${answer.status} ${answer.location}`)
  acknowledged.signatures.set(id, signer)
}

async function askAndDecide(teacher, it, number) {
  const asked = await teacher.fill(`/ask/${policy}/lesson-site`, {
    wants: `crash-${number}.example`, recipient: 'group:5B', reason: 'to see whether it is kept',
    until: 'other', ...endOfToday(),
  })
  const id = asked.location.match(/^\/requests\/([0-9a-f]+)/)?.[1]
  if (!id) throw new Error(`a request was answered ${asked.status}: ${errorsOf(asked.text)}`)
  const yes = number % 2 === 0
  const decided = await it.fill(`/decide/${id}`, yes ? { answer: 'approve', until: 'other', ...endOfToday() } : { answer: 'refuse', reason: 'no' })
  if (!decided.location.startsWith(`/requests/${id}`)) throw new Error(`a decision was answered ${decided.status}: ${errorsOf(decided.text)}`)
  acknowledged.decisions.set(id, yes ? 'Approved' : 'Refused')
}

function endOfToday() {
  const date = new Intl.DateTimeFormat('en-CA', { timeZone: 'Europe/London' }).format(new Date())
  return { until_date: date, until_time: '23:59' }
}

function browse(demo, person, path) {
  const [host, port] = demo.gate.split(':')
  return new Promise((resolve, reject) => {
    const request = http.get(
      {
        host, port, path: `http://pond-life.example${path}`, agent: false,
        headers: { host: 'pond-life.example', 'proxy-authorization': 'Basic ' + btoa(`${person.username}:${person.password}`) },
      },
      (answer) => {
        answer.on('error', reject)
        answer.on('data', () => {})
        answer.on('end', () => (answer.complete ? resolve(answer.statusCode) : reject(new Error('cut short'))))
      },
    )
    request.on('error', reject)
  })
}

async function round(number, signers) {
  const demo = await startDemo({ policy, data })
  const state = { killed: false }
  const [teacher, it] = [new Visitor(demo.desk), new Visitor(demo.desk)]
  await teacher.signIn('teacher', demo.person('teacher').password)
  await it.signIn('it', demo.person('it').password)
  let count = 0
  const load = [
    untilKilled(state, () => askAndDecide(teacher, it, number * 10_000 + count++)),
    untilKilled(state, () => (signers.length ? sign(demo, signers.shift()) : new Promise((resolve) => setTimeout(resolve, 10)))),
    ...Array.from({ length: BROWSERS }, (_, browser) => {
      let page = 0
      return untilKilled(state, async () => {
        const path = `/round-${number}-${browser}-${page++}`
        const status = await browse(demo, demo.person('teacher'), path)
        if (status !== 200) throw new Error(`the gate answered ${status}`)
        acknowledged.pages.add(path)
      })
    }),
  ]
  const failed = Promise.all(load)
  try {
    await Promise.race([failed, new Promise((resolve) => setTimeout(resolve, 300 + Math.random() * 3700))])
  } finally {
    state.killed = true
    await demo.kill()
  }
  await failed
  await verifyLedger()
}

async function verifyLedger() {
  const { stdout } = await run(program, ['ledger', 'verify', '--data', data])
  return stdout.trim()
}

async function lost() {
  const lost = []
  const demo = await startDemo({ policy, data })
  const it = new Visitor(demo.desk)
  await it.signIn('it', demo.person('it').password)
  for (const [id, answer] of acknowledged.decisions) {
    const page = await it.fetch(`/requests/${id}`)
    if (page.status !== 200 || !page.text.includes(answer)) lost.push(`the decision on ${id} (${answer})`)
  }
  for (const [id, signer] of acknowledged.signatures) {
    const visitor = new Visitor(demo.desk)
    await visitor.signIn(signer.username, signer.password)
    const page = await visitor.fetch(`/agreements/${id}`)
    if (page.status !== 200) lost.push(`the signature ${id}`)
  }
  await demo.stop()
  const { stdout } = await run(
    program,
    ['activity', 'search', '--config', configuration, '--as', 'dsl', '--purpose', "keep the school's systems secure: to see whether anything was lost", '--host', 'pond-life.example', '--json'],
    { maxBuffer: 1 << 30 },
  )
  const kept = new Set(JSON.parse(stdout).map((activity) => activity.path))
  for (const path of acknowledged.pages) if (!kept.has(path)) lost.push(`the activity ${path}`)
  return lost
}

/** People to sign, beside those of the demo. */
async function moreSigners() {
  const signers = Array.from({ length: rounds * SIGNERS_PER_ROUND }, (_, place) => ({
    username: `signer-${place + 1}`, password: 'kettle-harbour-lantern',
  }))
  const rows = signers.map(({ username, password }) => `${username},${username},staff,,,,,${password}`)
  const file = join(data, 'signers.csv')
  await writeFile(file, ['username,name,audience,groups,roles,mail,children,password', ...rows].join('\n') + '\n')
  await writeFile(configuration, `data = ${JSON.stringify(data)}\n`)
  await run(program, ['people', 'import', file, '--config', configuration])
  return signers
}

const first = await startDemo({ policy, data })
const teacher = new Visitor(first.desk)
await teacher.signIn('teacher', first.person('teacher').password)
await teacher.fill(`/sign/${policy}`, { printed_name: 'As printed', name_confirmed: 'As printed', read: 'yes' })
await first.stop()
const signers = await moreSigners()
for (let number = 1; number <= rounds; number++) {
  await round(number, signers.splice(0, SIGNERS_PER_ROUND))
  const { signatures, decisions, pages } = acknowledged
  console.log(`round ${number}: killed; ${signatures.size} signatures, ${decisions.size} decisions, ${pages.size} pages acknowledged so far; the ledger verifies`)
}
const missing = await lost()
if (missing.length) {
  console.error(`The folder is ${data}.`)
  console.error(`${missing.length} lost:\n${missing.slice(0, 20).join('\n')}`)
  process.exit(1)
}
console.log(`Nothing lost in ${rounds} kills. ${await verifyLedger()}`)
await rm(data, { recursive: true, force: true })
