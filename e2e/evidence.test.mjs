// A safeguarding lead adds a picture to a report; the deputy downloads it as it was; a program that is called a picture is
// not kept, and whoever does not have the report finds no file. On a telephone.
import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { PNG, beginWorry, faultlessOnATelephone, onATelephone, picture, startBrowser, startDemo } from './harness.mjs'

let demo
let browser
let folder
let large
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'schoolgate-evidence-'))
  large = join(folder, 'large.txt')
  await writeFile(large, Buffer.alloc(51 * 1024 * 1024, 'a'))
  demo = await startDemo()
  browser = await startBrowser(demo)
})
after(async () => {
  await browser?.close()
  await demo?.stop()
  await rm(folder, { recursive: true, force: true })
})

function signedIn(who) {
  return onATelephone(browser, demo, who)
}

async function faultless(page) {
  await faultlessOnATelephone(page)
  assert.match(await page.title(), /^(Error: )?A report – /)
}

async function add(page, file) {
  await page.getByLabel('The file').setInputFiles(file)
  await page.getByRole('button', { name: 'Add it to the report' }).click()
  await faultless(page)
  return page.locator('main').innerText()
}

test('a file that is added to a report comes to those who have it', { timeout: 300_000 }, async () => {
  const pupil = await signedIn('pupil')
  await beginWorry(pupil)
  await pupil.getByLabel('What happened?').fill('Look at what he sent me.')
  await pupil.getByRole('button', { name: 'Next' }).click()
  await pupil.getByRole('button', { name: /^Send it to/ }).click()

  const lead = await signedIn('dsl')
  await lead.goto(`${demo.desk}/concerns`)
  await lead.locator('main a[href^="/concerns/"]').click()
  const report = lead.url()
  await lead.getByRole('link', { name: 'Add a file' }).click()
  await faultless(lead)
  const program = { name: 'holiday.jpg', mimeType: 'image/jpeg', buffer: Buffer.from('MZ\x90\0\x03\0\0\0', 'latin1') }
  assert.match(await add(lead, program), /whatever its name says/)
  assert.match(await add(lead, large), /larger than 50 MB/)
  const name = `a-${'very-'.repeat(20)}long-name.jpg`
  assert.match(await add(lead, { name, mimeType: 'image/jpeg', buffer: PNG }), /long-name\.jpg\.png[^]*added the file/)
  await picture(lead, 'evidence-added')

  const deputy = await signedIn('deputy-dsl')
  await deputy.goto(report)
  const [download] = await Promise.all([
    deputy.waitForEvent('download'),
    deputy.getByRole('link', { name: /^a-very/ }).click(),
  ])
  assert.equal(download.suggestedFilename(), `${name}.png`)
  assert.deepEqual(await readFile(await download.path()), PNG)
  const file = await deputy.getByRole('link', { name: /^a-very/ }).getAttribute('href')

  for (const who of ['teacher', 'it', 'head', 'office', 'governor', 'parent', 'pupil']) {
    const page = await signedIn(who)
    for (const path of [report, `${report}/files`, `${demo.desk}${file}`]) {
      const answer = await page.goto(path)
      assert.ok([403, 404].includes(answer.status()), `${who} ${path}: ${answer.status()}`)
      assert.doesNotMatch(await page.locator('body').innerText(), /long-name/, `${who} ${path}`)
    }
  }

  await lead.getByRole('link', { name: /^Take it out/ }).click()
  await faultless(lead)
  await picture(lead, 'evidence-take-out')
  await lead.getByLabel(/^Why is it not to be here/).fill('It is of somebody else.')
  await lead.getByRole('button', { name: 'Take the file out' }).click()
  await faultless(lead)
  const said = await lead.locator('main').innerText()
  assert.match(said, /took out a file that they had added: It is of somebody else\./)
  assert.doesNotMatch(said, /long-name/)
  await picture(lead, 'evidence-taken-out')
  assert.equal((await deputy.goto(`${demo.desk}${file}`)).status(), 404)
})
