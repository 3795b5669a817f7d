// A teacher suspects that personal data has gone astray; whoever leads on data protection writes down what is known, can't
// close it before it is said whether the regulator was told, and decides not to tell it. On a telephone.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { faultlessOnATelephone, onATelephone, picture, startBrowser, startDemo } from './harness.mjs'

let demo
let browser
before(async () => {
  demo = await startDemo({ policy: 'primary-staff' })
  browser = await startBrowser(demo)
})
after(async () => {
  await browser?.close()
  await demo?.stop()
})

function signedIn(who) {
  return onATelephone(browser, demo, who)
}

const words = (page) => page.locator('main').innerText()

async function writeDown(page, link, fill) {
  await page.getByRole('link', { name: link }).click()
  await faultlessOnATelephone(page)
  await fill(page)
  await page.getByRole('button', { name: 'Write it down' }).click()
  await faultlessOnATelephone(page)
}

test('a suspicion becomes a breach that is closed once it is decided not to tell the regulator', { timeout: 300_000 }, async () => {
  const teacher = await signedIn('teacher')
  await teacher.goto(`${demo.desk}/worry`)
  await teacher.getByRole('link', { name: 'A data breach' }).click()
  await teacher.getByLabel('What happened?').fill('I left the trip folder on the coach.')
  await teacher.getByLabel('Whose data').fill('Class 5B')
  await teacher.getByLabel('How many people').fill('30')
  await teacher.getByLabel('What has been done').fill('I rang the coach firm.')
  await teacher.getByLabel('When you knew', { exact: true }).fill('2020-01-02')
  await teacher.getByLabel('When you knew: the time of day').fill('16:00')
  await faultlessOnATelephone(teacher)
  await teacher.getByRole('button', { name: 'Next' }).click()
  await teacher.getByRole('button', { name: /^Send it to/ }).click()
  assert.match(await words(teacher), /Your code/)

  const lead = await signedIn('data-lead')
  await lead.goto(`${demo.desk}/concerns`)
  await lead.locator('main li a[href^="/concerns/"]').click()
  const address = lead.url()
  await faultlessOnATelephone(lead)
  assert.match(await words(lead), /Known since\s+2 January 2020, 16:00/)
  await lead.getByLabel('Your words').fill('The folder is back.')
  await lead.getByRole('button', { name: 'Close, with this reason' }).click()
  await faultlessOnATelephone(lead)
  assert.match(await words(lead), /Before it is closed, write down whether the regulator was told/)
  assert.equal(await lead.getByLabel('Your words').inputValue(), 'The folder is back.')

  await writeDown(lead, 'Write down what is known of the breach', async (page) => {
    await page.getByLabel('What happened to the personal data').fill('A paper folder lay in a coach overnight.')
    await page.getByLabel('About how many people').fill('About 30')
  })
  assert.equal((await words(lead)).match(/Not known yet/g).length, 5)
  await lead.getByRole('link', { name: 'What we would tell the regulator' }).click()
  await faultlessOnATelephone(lead)
  assert.match(await words(lead), /Still to be found out: which kinds of people it is about/)
  await picture(lead, 'breach-for-the-regulator')
  await lead.goto(address)
  await lead.getByRole('link', { name: 'Put right since when it is known' }).click()
  await faultlessOnATelephone(lead)
  await lead.getByLabel('On which day somebody who works here first knew').fill('2020-01-03')
  await lead.getByLabel('Why what stood there was wrong').fill('The day was wrong.')
  await picture(lead, 'breach-known-since')
  await lead.getByRole('button', { name: 'Put it right' }).click()
  assert.match(await words(lead), /Known since\s+3 January 2020, 16:00/)
  await writeDown(lead, 'Write down whether the regulator was told', async (page) => {
    await page.getByLabel('No', { exact: true }).check()
    await page.getByLabel('Why it was told, or why not').fill('It was locked in and nobody read it.')
  })
  await writeDown(lead, 'Write down whether the people concerned were told', async (page) => {
    await page.getByLabel('No', { exact: true }).check()
    await page.locator('main [name=reason]').fill('It is no high risk for them.')
  })
  await lead.getByLabel('Your words').fill('The folder is back.')
  await lead.getByRole('button', { name: 'Close, with this reason' }).click()
  assert.match(await words(lead), /Closed by/)

  await lead.goto(`${demo.desk}/concerns`)
  await lead.getByRole('link', { name: 'All data breaches' }).click()
  await faultlessOnATelephone(lead)
  assert.match(await words(lead), /A paper folder lay in a coach overnight\.[\s\S]*It was locked in and nobody read it\./)
  for (const who of ['teacher', 'head', 'it', 'office']) {
    const page = await signedIn(who)
    for (const path of [address, `${address}/regulator`, `${demo.desk}/concerns/breaches`]) {
      await page.goto(path)
      assert.doesNotMatch(await page.locator('body').innerText(), /coach|locked in/, `${who} ${path}`)
    }
  }
})
