// A safeguarding lead writes down what a child said, that the parents were not told, a decision and a referral, sets an
// action, and hands the report out as one file; the deputy reads all that and does the action, and nobody else learns of it.
// On a telephone.
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { after, before, test } from 'node:test'
import { beginWorry, faultlessOnATelephone, onATelephone, picture, startBrowser, startDemo } from './harness.mjs'

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

function signedIn(who) {
  return onATelephone(browser, demo, who)
}

async function faultless(page) {
  await faultlessOnATelephone(page)
  assert.match(await page.title(), /^(Error: )?A report – /)
}

/** Opens a form from the report, fills it by `fill`, sends it, and hands back what the report says then. */
async function writeDown(page, link, fill) {
  await page.getByRole('link', { name: link }).click()
  await faultless(page)
  await fill(page)
  await page.getByRole('button', { name: 'Write it down' }).click()
  await faultless(page)
  return page.locator('main').innerText()
}

test('what is written down of a report is read by those who have it', { timeout: 300_000 }, async () => {
  const pupil = await signedIn('pupil')
  await beginWorry(pupil)
  await pupil.getByLabel('What happened?').fill('I do not want to go home.')
  await pupil.getByRole('button', { name: 'Next' }).click()
  await pupil.getByRole('button', { name: /^Send it to/ }).click()

  const lead = await signedIn('dsl')
  await lead.goto(`${demo.desk}/concerns`)
  await lead.locator('main a[href^="/concerns/"]').click()
  const missing = await writeDown(lead, 'Write down whether the parents were told', async (page) => {
    await page.getByLabel('No', { exact: true }).check()
  })
  assert.match(missing, /Give the reason\./)
  await lead.getByLabel('If they were not told: why not').fill('It would not be safe yet.')
  await lead.getByRole('button', { name: 'Write it down' }).click()
  assert.match(await lead.locator('main').innerText(), /Not told, written down on .*: It would not be safe yet\./)
  const said = await writeDown(lead, 'Write down what a child said', async (page) => {
    await page.getByLabel('Who said it').fill('The pupil who reported')
    await page.getByLabel('On which day').fill('2020-01-02')
    await page.getByLabel('What they said, in their own words').fill('He shouts all night.')
  })
  assert.match(said, /2 January 2020: “He shouts all night\.”/)
  const decided = await writeDown(lead, 'Write down a decision', async (page) => {
    await page.getByLabel('What was decided').fill('To speak with the class teacher.')
    await page.getByLabel('Why', { exact: true }).fill('They know the family.')
  })
  assert.match(decided, /decided: To speak with the class teacher\. The reason: They know the family\./)
  const referred = await writeDown(lead, 'Write down a referral', async (page) => {
    await page.getByLabel('Children’s social care').check()
    await page.getByLabel('If it was referred: on which day').fill('2020-01-03')
    await page.getByLabel('Their reference').fill('AB-12')
    await page.getByLabel('Why it was referred, or why not').fill('At risk of harm.')
  })
  assert.match(referred, /On 3 January 2020 to children’s social care, reference AB-12/)
  await picture(lead, 'concern-written-down')

  const report = lead.url()
  await lead.getByRole('link', { name: 'Set an action' }).click()
  await faultless(lead)
  await lead.getByLabel('What is to be done').fill('Ring the family doctor.')
  await lead.getByLabel('The last day for it').fill('2099-01-02')
  await lead.getByRole('button', { name: 'Set this action' }).click()
  await faultless(lead)
  assert.match(await lead.locator('main').innerText(), /Choose who is to do it\./)
  await lead.getByLabel(demo.person('deputy-dsl').name).check()
  await picture(lead, 'concern-action')
  await lead.getByRole('button', { name: 'Set this action' }).click()
  await faultless(lead)
  await lead.getByLabel('Your words').fill('She is safe.')
  await lead.getByRole('button', { name: 'Close, with this reason' }).click()
  assert.match(await lead.locator('main').innerText(), /Before it is closed, its actions have to be done/)

  const deputy = await signedIn('deputy-dsl')
  await deputy.getByRole('link', { name: 'Do something about a report' }).click()
  await faultless(deputy)
  await deputy.getByLabel('What came of it').fill('An appointment on Monday.')
  await deputy.getByRole('button', { name: 'It is done' }).click()
  await faultless(deputy)
  assert.match(await deputy.locator('main').innerText(), /What came of it: An appointment on Monday\./)

  await lead.goto(report)
  await lead.getByRole('link', { name: 'Export this report as one file' }).click()
  await faultless(lead)
  await lead.getByLabel('Whom the file is for').fill('Oakmere School')
  await lead.getByLabel('Why they get it').fill('She moves there.')
  const [download] = await Promise.all([
    lead.waitForEvent('download'),
    lead.getByRole('button', { name: 'Export' }).click(),
  ])
  const file = await readFile(await download.path(), 'utf8')
  assert.match(file, /He shouts all night\./)
  await lead.goto(report)
  await faultless(lead)
  assert.match(await lead.locator('main').innerText(), /Nobody has confirmed yet that they have it\./)
  await picture(lead, 'concern-exported')
  await lead.goto(demo.desk)
  await lead.getByRole('link', { name: 'Write down a receipt for a report that was exported' }).click()
  await faultless(lead)
  await lead.getByLabel('Yes, it is received').check()
  await lead.getByLabel('who has confirmed that they have it').fill('Their office')
  await lead.getByLabel('On which day').fill('2020-01-04')
  await lead.getByRole('button', { name: 'Write it down' }).click()
  await faultless(lead)
  assert.match(await lead.locator('main').innerText(), /Their office confirmed on 4 January 2020 that they have it\./)
  await lead.goto(demo.desk)
  assert.equal(await lead.getByRole('link', { name: /Write down a receipt/ }).count(), 0)

  await lead.goto(`${report}/export`)
  assert.match(await lead.locator('main').innerText(), /A receipt is then awaited\./)
  await lead.getByLabel('Whom the file is for').fill('The meeting')
  await lead.getByLabel('Why they get it').fill('They talk about him.')
  await Promise.all([lead.waitForEvent('download'), lead.getByRole('button', { name: 'Export' }).click()])
  await lead.goto(demo.desk)
  await lead.getByRole('link', { name: 'Write down a receipt for a report that was exported' }).click()
  await lead.getByLabel('No receipt will come', { exact: true }).check()
  await lead.getByRole('button', { name: 'Write it down' }).click()
  assert.match(await lead.locator('main').innerText(), /Give the reason why no receipt will come\./)
  await faultless(lead)
  await picture(lead, 'no-receipt')
  await lead.getByLabel('If no receipt will come: why not').fill('It was printed.')
  await lead.getByRole('button', { name: 'Write it down' }).click()
  await faultless(lead)
  assert.match(await lead.locator('main').innerText(), /No receipt will come: It was printed\./)
  await lead.goto(demo.desk)
  assert.equal(await lead.getByRole('link', { name: /Write down a receipt/ }).count(), 0)

  await deputy.goto(report)
  assert.match(await deputy.locator('main').innerText(), /He shouts all night/)
  for (const who of ['teacher', 'it', 'head', 'office', 'governor', 'parent', 'pupil']) {
    const page = await signedIn(who)
    for (const path of [report, `${report}/line/words`, `${report}/action`, `${report}/export`, demo.desk, `${demo.desk}/my-reports`]) {
      await page.goto(path)
      assert.doesNotMatch(await page.locator('body').innerText(), /all night|safe yet|AB-12|class teacher|family doctor|Oakmere/, `${who} ${path}`)
    }
  }
})
