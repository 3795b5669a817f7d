import { startDemo, startBrowser, as, signIn, violations } from './harness.mjs'
import { readFileSync } from 'node:fs'
const demo = await startDemo()
try {
  const browser = await startBrowser(demo)
  console.log(demo.people.map((p) => p.username + ':' + (p.roles ?? p.role ?? p.what ?? '')).join(' '))
  const who = process.env.WHO?.split(',') ?? demo.people.map((p) => p.username).slice(0, 12)
  const paths = ['/policies', '/policies/primary-whole-school', '/policies/upload', '/people', '/people/add', '/people/import', '/reports', '/reports/reminders', '/reports/ledger', '/reports/activity', '/reports/activity/new', '/reports/unsigned/primary-whole-school']
  const done = new Set()
  for (const name of who) {
    const page = await as(browser, demo, name, { viewport: { width: 320, height: 700 } })
    await signIn(page, demo, name)
    const visit = async (path, label) => {
      const answer = await page.goto(demo.desk + path)
      if (answer.status() !== 200) return false
      const key = label ?? path
      if (done.has(key)) return true
      done.add(key)
      const wide = await page.evaluate(() => document.documentElement.scrollWidth)
      const bad = await violations(page)
      console.log(name, key, 'width', wide, (await page.content()).length, bad.join('\n   '))
      await page.screenshot({ path: `/tmp/webcheck2/shots/${key.replaceAll('/', '_')}-320.png`, fullPage: key.startsWith('draft') || key === '/reports' })
      await page.setViewportSize({ width: 1100, height: 900 })
      await page.screenshot({ path: `/tmp/webcheck2/shots/${key.replaceAll('/', '_')}-1100.png` })
      await page.setViewportSize({ width: 320, height: 700 })
      return true
    }
    for (const path of paths) await visit(path)
    if (await visit('/people')) {
      const href = await page.locator('table a[href^="/people/"]').first().getAttribute('href')
      await visit(href, '/people/one')
      for (const verb of ['edit', 'leave', 'invite', 'withdraw']) await visit(`${href}/${verb}`, `/people/one/${verb}`)
    }
    await page.goto(demo.desk + '/policies/primary-whole-school/upload')
    if ((await page.locator('input[type=file]').count()) && !done.has('draft')) {
      let text = readFileSync('policies/primary-whole-school.md', 'utf8').replace('[block]', '[blokc]').replace('sites', 'sitez')
      for (const [label, change] of [['draft', text], ['draft-good', readFileSync('policies/primary-whole-school.md', 'utf8').replace('sites    = [', 'sites    = ["chat", ').replace('. ', '; ')]]) {
        await page.goto(demo.desk + '/policies/primary-whole-school/upload')
        await page.setInputFiles('input[type=file]', { name: 'p.md', mimeType: 'text/markdown', buffer: Buffer.from(change) })
        await page.fill('textarea[name=summary]', 'A change')
        await page.click('main form button[type=submit]')
        await page.waitForLoadState()
        await visit(new URL(page.url()).pathname, label)
      }
    }
    await page.close()
  }
} finally { await demo.stop() }
process.exit(0)
