// From signature to verdict: nobody is let out before the policy is signed, and the gate then obeys its clauses.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { as, curl, picture, signEverything, signIn, signOut, startBrowser, startDemo } from './harness.mjs'

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

test('nobody without a name is let out, and the page says how to sign in', async () => {
  const unknown = await curl(demo, null, 'http://pond-life.example/')
  assert.equal(unknown.status, 407)
  assert.match(unknown.body, /sign in/i)
})

test('a pupil is answered by the signing page until they and a parent have signed, and by the site after', async () => {
  const before = await curl(demo, 'pupil', 'http://pond-life.example/')
  assert.equal(before.status, 511)
  assert.match(before.body, /sign/i)
  assert.match(before.headers['schoolgate-clause'], /^primary-whole-school#signing; title=".+"; version=1$/)

  const pupil = await as(browser, demo, 'pupil')
  await signIn(pupil, demo, 'pupil')
  await picture(pupil, 'home-of-a-pupil')
  await signEverything(pupil, demo)
  assert.equal((await curl(demo, 'pupil', 'http://pond-life.example/')).status, 511, "a parent's signature is still owed")

  const parent = await as(browser, demo, 'parent')
  await signIn(parent, demo, 'parent')
  await signEverything(parent, demo)
  await picture(parent, 'agreements-of-a-parent')
  await signOut(parent, demo)
  await signOut(pupil, demo)

  const after = await curl(demo, 'pupil', 'http://pond-life.example/')
  assert.equal(after.status, 200)
  assert.match(after.body, /Newts/)
})

test('a blocked site answers 403 with the clause in the page and in the header, over HTTP and HTTPS', async () => {
  for (const url of ['http://lucky-penny.example/', 'https://lucky-penny.example/']) {
    const blocked = await curl(demo, 'pupil', url)
    assert.equal(blocked.status, 403, url)
    const [, policy, clause, title] = blocked.headers['schoolgate-clause'].match(/^([^#]+)#([^;]+); title="([^"]+)"; version=1$/)
    assert.equal(policy, 'primary-whole-school')
    for (const said of [clause, title, 'version 1']) {
      assert.ok(blocked.body.toLowerCase().includes(said.toLowerCase()), `${url}: the page does not say '${said}'`)
    }
    assert.ok(!/<script/i.test(blocked.body))
    assert.ok(blocked.body.length < 20_000)
  }
})

test('an allowed site over HTTPS shows its own certificate: it is not decrypted', async () => {
  const allowed = await curl(demo, 'pupil', 'https://pond-life.example/', '--cacert', demo.littleWeb)
  assert.equal(allowed.status, 200)
})

test('Chromium, told of the gate by its PAC file alone, meets the block page over HTTPS as a page', async () => {
  const withPac = await startBrowser(demo, { args: [`--proxy-pac-url=${demo.desk}/proxy.pac`] })
  try {
    const page = await withPac.newPage()
    page.setDefaultTimeout(15_000)
    await signIn(page, demo, 'pupil')
    const allowed = await page.goto('https://pond-life.example/')
    assert.equal(allowed.status(), 200)
    const blocked = await page.goto('https://lucky-penny.example/')
    assert.equal(blocked.status(), 403)
    await picture(page, 'block-page-over-https')
    assert.match(await page.locator('body').innerText(), /version 1/i)
  } finally {
    await withPac.close()
  }
})
