// What somebody is asked first who has something to report: harm stands before what staff write after a search, and a parent's
// complaint in which a child is at risk leads to those who look after children, with what was typed. On a telephone.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { faultlessOnATelephone, onATelephone, picture, startBrowser, startDemo } from './harness.mjs'

const TOLD = 'Nobody answers me about the boy who hits my daughter.'

async function at(policy, walk) {
  const demo = await startDemo({ policy })
  const browser = await startBrowser(demo)
  try {
    const nobody = () => browser.newPage({ viewport: { width: 320, height: 640 } })
    await walk(demo, (who) => onATelephone(browser, demo, who), nobody)
  } finally {
    await browser.close()
    await demo.stop()
  }
}

const words = (page) => page.locator('main').innerText()

async function whatItIsAbout(page) {
  await page.getByRole('link', { name: 'Report a worry' }).first().click()
  assert.match(await words(page), /^What is it about\?/)
  await faultlessOnATelephone(page)
  return page.locator('main a[href^="/worry/"]').allInnerTexts()
}

test('a teacher is offered a worry first and the search of a device last', { timeout: 300_000 }, async () => {
  await at('academy-trust', async (demo, signedIn) => {
    const teacher = await signedIn('teacher')
    const offered = await whatItIsAbout(teacher)
    assert.ok(offered.length > 20, `${offered}`)
    assert.deepEqual([offered[0], offered.at(-1)], ['Bullying or harassment', "A pupil's device was or should be searched"])
  })
})

for (const policy of ['academy-trust', 'all-through-school', 'primary-whole-school']) {
  test(`a child has one button to press: ${policy}`, { timeout: 300_000 }, async () => {
    await at(policy, async (demo, signedIn) => {
      const pupil = await signedIn('pupil')
      await pupil.getByRole('link', { name: 'Report a worry' }).first().click()
      assert.match(await words(pupil), /^Report a worry/)
      await faultlessOnATelephone(pupil)
      await picture(pupil, `worry-${policy}`)
      const button = pupil.getByRole('button', { name: 'Something worries me' })
      await button.click()
      assert.equal(await pupil.locator('h1').innerText(), 'Report a worry')
      await faultlessOnATelephone(pupil)
      await picture(pupil, `worry-form-${policy}`)
    })
  })
}

test('a complaint does not keep a child at risk waiting', { timeout: 300_000 }, async () => {
  await at('primary-whole-school', async (demo, signedIn) => {
    const parent = await signedIn('parent')
    const offered = await whatItIsAbout(parent)
    assert.equal(offered[0], 'A worry about a child')
    await parent.getByRole('link', { name: "A parent's concern or complaint" }).click()
    await parent.getByLabel('What happened?').fill(TOLD)
    await faultlessOnATelephone(parent)
    await picture(parent, 'complaint')
    await parent.getByLabel('Yes', { exact: true }).check()
    await parent.getByRole('button', { name: 'Next' }).click()
    assert.match(await words(parent), /^Report what puts a child at risk first/)
    await faultlessOnATelephone(parent)
    await picture(parent, 'which-harm')
    await parent.getByLabel('A worry about a child', { exact: true }).check()
    await parent.getByRole('button', { name: 'Next' }).click()
    assert.match(await words(parent), /What happened is on this page as you wrote it/)
    assert.equal(await parent.getByLabel('What happened?').inputValue(), TOLD)
    await faultlessOnATelephone(parent)
    await picture(parent, 'harm-first')
    await parent.getByLabel('Designated safeguarding lead', { exact: true }).check()
    await parent.getByRole('button', { name: 'Next' }).click()
    await parent.getByRole('button', { name: /^Send it to/ }).click()
    assert.match(await words(parent), /‘A parent's concern or complaint’ is not sent yet/)
    await faultlessOnATelephone(parent)
    await picture(parent, 'harm-sent')
    const lead = await signedIn('dsl')
    await lead.goto(`${demo.desk}/concerns`)
    assert.match(await words(lead), /A worry about a child/)
    const head = await signedIn('head')
    await head.goto(`${demo.desk}/concerns`)
    assert.doesNotMatch(await words(head), /complaint/)

    await parent.getByRole('button', { name: 'Go on with what you began' }).click()
    assert.match(await words(parent), /You have reported that a child may be at risk of harm/)
    assert.equal(await parent.getByLabel('What happened?').inputValue(), TOLD)
    await faultlessOnATelephone(parent)
    await picture(parent, 'complaint-again')
    await parent.getByRole('button', { name: 'Next' }).click()
    assert.match(await words(parent), /You write as one of\s+Parents and carers/)
    await parent.getByRole('button', { name: /^Send it to/ }).click()
    assert.match(await words(parent), /Your code/)
    await head.reload()
    await head.getByRole('link', { name: /concern or complaint/ }).click()
    assert.match(await words(head), /Written as one of\s+Parents and carers/)
    assert.doesNotMatch(await words(head), /risk of harm/)
  })
})

test('a parent without an account complains, and says that they are one', { timeout: 300_000 }, async () => {
  await at('primary-whole-school', async (demo, signedIn, nobody) => {
    const parent = await nobody()
    await parent.goto(`${demo.desk}/sign-in`)
    await parent.getByRole('link', { name: 'Report a worry' }).first().click()
    assert.match(await words(parent), /^Report a worry/)
    await faultlessOnATelephone(parent)
    await parent.getByRole('link', { name: "A parent's concern or complaint" }).click()
    await parent.getByLabel('What happened?').fill('Nobody answers my letters.')
    await parent.getByLabel('No', { exact: true }).first().check()
    await parent.getByRole('button', { name: 'Next' }).click()
    assert.match(await words(parent), /Say which of these you write as\./)
    await faultlessOnATelephone(parent)
    await picture(parent, 'complaint-not-signed-in')
    await parent.getByLabel('Parents and carers', { exact: true }).check()
    await parent.getByRole('button', { name: 'Next' }).click()
    await parent.getByRole('button', { name: /^Send it to/ }).click()
    assert.match(await words(parent), /Your code/)
    const head = await signedIn('head')
    await head.goto(`${demo.desk}/concerns`)
    await head.getByRole('link', { name: /concern or complaint/ }).click()
    assert.match(await words(head), /Somebody who was not signed in/)
    assert.match(await words(head), /Written as one of\s+Parents and carers/)
  })
})

test('whoever says that a child may be at risk chooses how to report it, and finds their question again', { timeout: 300_000 }, async () => {
  await at('county-staff-template', async (demo, signedIn) => {
    const teacher = await signedIn('teacher')
    assert.equal((await whatItIsAbout(teacher))[0], "I am worried about a child's safety online")
    await teacher.getByRole('link', { name: 'I have a question about safe practice' }).click()
    await teacher.getByLabel('What happened?').fill(TOLD)
    await teacher.getByLabel('Deputy headteacher', { exact: true }).check()
    await teacher.getByLabel('Yes', { exact: true }).check()
    await teacher.getByRole('button', { name: 'Next' }).click()
    const offered = await teacher.getByRole('radio').count()
    assert.ok(offered > 1, `${offered}`)
    assert.doesNotMatch(await words(teacher), /A computer is damaged or infected/)
    await faultlessOnATelephone(teacher)
    await picture(teacher, 'which-harm-county')
    await teacher.getByRole('button', { name: 'Next' }).click()
    assert.match(await words(teacher), /Choose what it is about/)
    await teacher.getByLabel("I am worried about a child's safety online").check()
    await teacher.getByRole('button', { name: 'Next' }).click()
    assert.equal(await teacher.getByLabel('What happened?').inputValue(), TOLD)
    await teacher.getByRole('button', { name: 'Next' }).click()
    await teacher.getByRole('button', { name: /^Send it to/ }).click()
    await teacher.getByRole('button', { name: 'Go on with what you began' }).click()
    assert.equal(await teacher.getByLabel('What happened?').inputValue(), TOLD)
    assert.ok(await teacher.getByLabel('Deputy headteacher', { exact: true }).isChecked())
  })
})
