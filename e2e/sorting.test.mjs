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
    await walk(demo, (who) => onATelephone(browser, demo, who))
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
    const pupil = await signedIn('pupil')
    const first = (await whatItIsAbout(pupil))[0]
    assert.equal(first, 'Bullying or harassment')
    await picture(pupil, 'what-is-it-about')
  })
})

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
    assert.match(await words(parent), /A child may be at risk of harm, so report that first/)
    assert.equal(await parent.getByLabel('What happened?').inputValue(), TOLD)
    await faultlessOnATelephone(parent)
    await picture(parent, 'harm-first')
    await parent.getByLabel('Designated safeguarding lead', { exact: true }).check()
    await parent.getByRole('button', { name: 'Next' }).click()
    await parent.getByRole('button', { name: /^Send it to/ }).click()
    assert.match(await words(parent), /What you began before is not sent yet/)
    await faultlessOnATelephone(parent)
    const lead = await signedIn('dsl')
    await lead.goto(`${demo.desk}/concerns`)
    assert.match(await words(lead), /A worry about a child/)
    const head = await signedIn('head')
    await head.goto(`${demo.desk}/concerns`)
    assert.doesNotMatch(await words(head), /complaint/)

    await parent.getByRole('link', { name: "A parent's concern or complaint" }).click()
    await parent.getByLabel('What happened?').fill('My letters are not answered.')
    await parent.getByLabel('No', { exact: true }).first().check()
    await parent.getByRole('button', { name: 'Next' }).click()
    assert.match(await words(parent), /You write as one of\s+Parents and carers/)
    await parent.getByRole('button', { name: /^Send it to/ }).click()
    assert.match(await words(parent), /Your code/)
    await head.reload()
    await head.getByRole('link', { name: /concern or complaint/ }).click()
    assert.match(await words(head), /Written as one of\s+Parents and carers/)
    assert.match(await words(head), /May a child be at risk of harm\s+No/)
  })
})
