// The demo of each ready policy: everybody that it prints signs in, signs what they are asked to sign, and meets nothing
// that refuses them wherever their own links lead; and the lines that it prints for a shell do what they say.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { run, startDemo } from './harness.mjs'
import { linksOf, Visitor } from './visitor.mjs'

const POLICIES = ['primary-whole-school', 'all-through-school', 'academy-trust', 'county-staff-template', 'primary-staff']
/** What a browser fetches and does not show: files, and lists as CSV. */
const FILES = /\/(assets|receipt|text)(\/|$)|format=csv|\.(pem|pac|csv|md)$/

for (const policy of POLICIES) {
  describe(`the demo of ${policy}`, () => {
    let demo
    before(async () => {
      demo = await startDemo({ policy })
    })
    after(() => demo?.stop())

    test('prints people to be, and everybody is somebody whom the policy concerns', () => {
      assert.ok(demo.people.length >= 10, `${demo.people.length} people`)
      const usernames = demo.people.map((person) => person.username)
      for (const who of ['head', 'teacher', 'it', 'governor']) {
        assert.ok(usernames.includes(who) || (who === 'governor' && policy === 'all-through-school'), `${who} is missing`)
      }
      assert.equal(usernames.includes('pupil'), !policy.includes('staff'), 'pupils are printed where a policy speaks to them')
    })

    test('each person signs in, signs what they are asked to sign, finds it among their agreements, and is refused nowhere that their links lead', { timeout: 600_000 }, async () => {
      const [refused, notListed] = [[], []]
      let signatures = 0
      for (const person of demo.people) {
        const visitor = new Visitor(demo.desk)
        await visitor.signIn(person.username, person.password)
        const agreements = await visitor.signEverything()
        signatures += agreements.length
        const listed = linksOf((await visitor.fetch('/agreements')).text)
        notListed.push(...agreements.filter((agreement) => !listed.includes(agreement)).map((agreement) => `${person.username}: ${agreement}`))
        refused.push(...(await refusals(visitor, person.username)))
      }
      assert.ok(signatures >= demo.people.length / 2, `only ${signatures} signatures were asked for`)
      assert.deepEqual(notListed, [])
      assert.deepEqual(refused, [])
    })

    test('signatures that the school must accept are accepted, each by somebody else', async () => {
      let accepted = 0
      for (const person of demo.people.filter((person) => person.roles.includes('countersigner'))) {
        const visitor = new Visitor(demo.desk)
        await visitor.signIn(person.username, person.password)
        accepted += await visitor.acceptSignatures()
      }
      assert.equal(accepted > 0, policy === 'county-staff-template', `${accepted} accepted`)
    })

    test('the lines for a shell open one site, and show the clause that closes another over HTTP and HTTPS', async () => {
      assert.equal(demo.tries.length, 3, demo.tries)
      const [open, closed, closedOverHttps] = await Promise.all(
        demo.tries.map(async (line) => (await run('bash', ['-c', `${line} -s --max-time 20`])).stdout),
      )
      assert.match(open, /<h1>/, open)
      assert.ok(!open.includes('schoolgate'), open)
      assert.match(closed, new RegExp(`^schoolgate-clause: ${policy}#`, 'im'), closed)
      assert.match(closed, /^HTTP\/1.1 403/, closed)
      assert.match(closedOverHttps, /version 1/i, closedOverHttps)
    })
  })
}

/** A page's kind: its path with ids and the names of policies and clauses taken out. */
function kind(path) {
  const { pathname, searchParams } = new URL(path, 'http://desk.example')
  const words = pathname.replace(/[0-9a-f]{32}/g, ':id').replace(/\/(primary|academy|county|all)[a-z-]+/, '/:policy')
  return `${words}?${[...searchParams.keys()].sort()}`
}

/** Every answer but 200 on one page of each kind that the person's links lead to, from Home on. */
async function refusals(visitor, who) {
  const refused = []
  const seen = new Set()
  const waiting = ['/']
  while (waiting.length > 0) {
    const path = waiting.shift()
    if (FILES.test(path) || seen.has(kind(path))) continue
    seen.add(kind(path))
    const answer = await visitor.fetch(path)
    if (answer.status !== 200) refused.push(`${who}: ${path} is answered ${answer.status}`)
    waiting.push(...linksOf(answer.text))
  }
  if (seen.size < 8) refused.push(`${who} reached only ${[...seen].join(' ')}`)
  return refused
}
