// A school of its own roles, absences, managers and lessons: each report goes to whom its clause names, past whom it is
// about, and nobody else sees it; and whoever a request is about decides it.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { sendChecked, signIn, startBrowser, startSchool, turnableClock } from './harness.mjs'

const POLICY = `+++
id          = "telling"
title       = "Telling the right person"
audiences   = ["pupil", "staff"]
owner       = "headteacher"
approved_by = ["governors"]
+++

# Telling the right person

## Unkind words {#unkind}
Tell your head of year. If it is about them, the headteacher gets it.

\`\`\`rule
[report]
id    = "unkind"
title = "Somebody was unkind"
who   = ["pupil"]
to    = ["head-of-year"]
instead-if-about = { head-of-year = ["headteacher"] }
\`\`\`

## A worry about work {#work}
Tell whoever manages you.

\`\`\`rule
[report]
id    = "work"
title = "A worry about my work"
who   = ["staff"]
to    = ["line-manager-of:asker"]
\`\`\`

## Work that was copied {#copied}
Tell a teacher of the pupil.

\`\`\`rule
[report]
id    = "copied"
title = "Work that was copied"
who   = ["staff"]
to    = ["teacher-of:pupil"]
\`\`\`

## A broken screen {#screen}
Tell whoever teaches the lesson that you are in.

\`\`\`rule
[report]
id    = "screen"
title = "A broken screen"
who   = ["pupil"]
to    = ["teacher-of:lesson"]
\`\`\`

## A picture of somebody {#picture}
Whoever is in the picture decides.

\`\`\`rule
[permission]
id      = "picture"
title   = "Take a picture of somebody"
asks    = ["staff"]
decides = ["person-concerned"]
opens   = "other"
to      = "person"
\`\`\`
`
const ROLES = `
[[role]]
name     = "head-of-year"
title    = "Head of year"
may-hold = ["staff"]
`
const PEOPLE = `username,name,audience,groups,roles,password,manager,teaches
mo,Mo Marigold,staff,,,lantern-harbour-81,,
tom,Tom Tanglewood,staff,,teacher,lantern-harbour-82,mo,9B
una,Una Underhill,staff,,teacher,lantern-harbour-83,,9C
lena,Lena Larkspur,staff,,teacher,lantern-harbour-84,,
hana,Hana Rookwood,staff,,head-of-year,lantern-harbour-85,,
sid,Sid Saltmarsh,staff,,,lantern-harbour-86,,
hal,Hal Hawthorn,staff,,headteacher,lantern-harbour-87,,
ada,Ada Puddlewick,pupil,9B,,lantern-harbour-88,,
ben,Ben Quillfeather,pupil,9B,,lantern-harbour-89,,
`
/** The day on which the school is, a Wednesday. */
const DAY = new Date()
DAY.setUTCDate(DAY.getUTCDate() + 7 - ((DAY.getUTCDay() + 4) % 7))
DAY.setUTCHours(10, 0, 0, 0)
/** On every weekday 9B has a lesson with Lena. */
const LESSONS = [{ class: '9B', when: ['mon', 'tue', 'wed', 'thu', 'fri'].map((day) => `${day} 00:00-23:59`).join('; '), teacher: 'lena' }]

let clock
let school
let browser
const pages = new Map()
before(async () => {
  clock = await turnableClock(DAY)
  school = await startSchool({ policy: POLICY, roles: ROLES, people: PEOPLE, lessons: LESSONS, clock })
  browser = await startBrowser(school)
})
after(async () => {
  await browser?.close()
  await school?.stop()
  await clock?.stop()
})

/** The page of somebody who is signed in. */
async function of(who) {
  if (!pages.has(who)) {
    const page = await (await browser.newContext({ javaScriptEnabled: false })).newPage()
    page.setDefaultTimeout(15_000)
    await signIn(page, school, who)
    pages.set(who, page)
  }
  return pages.get(who)
}

/** Reports something by the form with this title; `fill` sees to the rest of the form. */
async function report(who, title, told, fill = async () => {}) {
  const page = await of(who)
  await page.goto(`${school.desk}/worry`)
  await page.locator('main').getByRole('link', { name: title }).click()
  await page.getByLabel('What happened?').fill(told)
  await fill(page)
  await sendChecked(page, /^Send it to/)
  assert.match(await page.locator('main').innerText(), /Your code/)
}

/** Who of the school is shown a report with these words. */
async function readers(told) {
  const found = []
  for (const who of school.people.map((person) => person.username)) {
    const page = await of(who)
    const answer = await page.goto(`${school.desk}/concerns`)
    if (answer.status() !== 200) continue
    const links = await page.locator('main a[href^="/concerns/"]').evaluateAll((links) => links.map((link) => link.href))
    for (const link of links) {
      await page.goto(link)
      if ((await page.locator('main').innerText()).includes(told)) found.push(who)
    }
  }
  return found.sort()
}

test("a report reaches the school's own role, and goes past whoever it is about", { timeout: 120_000 }, async () => {
  await report('ada', 'Somebody was unkind', 'He laughed at me.')
  assert.deepEqual(await readers('He laughed at me.'), ['hana'])
  await report('ada', 'Somebody was unkind', 'It was how I was spoken to.', (page) => page.getByLabel(/Hana Rookwood/).check())
  assert.deepEqual(await readers('It was how I was spoken to.'), ['hal'])
})

test('where the only holder is absent, their stand-in gets it', { timeout: 120_000 }, async () => {
  const head = await of('hal')
  await head.goto(`${school.desk}/people`)
  const link = await head.locator('main').getByRole('link', { name: 'Hana Rookwood' }).getAttribute('href')
  await head.goto(`${school.desk}${link}/particulars`)
  const today = new Intl.DateTimeFormat('en-CA', { timeZone: 'Europe/London' }).format(DAY)
  await head.fill('[name=absent-from]', today)
  await head.fill('[name=absent-until]', today)
  await head.fill('[name=stand-in]', 'sid')
  await head.getByRole('button', { name: 'Save' }).click()
  await report('ben', 'Somebody was unkind', 'They hid my bag.')
  const found = await readers('They hid my bag.')
  assert.ok(found.includes('sid'), `${found}`)
  assert.deepEqual(found.filter((who) => !['hana', 'sid'].includes(who)), [])
})

test('a report reaches the line manager of whoever reports, and nobody else', { timeout: 120_000 }, async () => {
  await report('tom', 'A worry about my work', 'I have too many classes.')
  assert.deepEqual(await readers('I have too many classes.'), ['mo'])
})

test('a report about a pupil reaches those who teach that pupil', { timeout: 120_000 }, async () => {
  await report('una', 'Work that was copied', 'It was word for word.', (page) => page.getByLabel('Which pupil is it about?').fill('ben'))
  assert.deepEqual(await readers('It was word for word.'), ['tom'])
})

test("a report from a lesson reaches the timetable's teacher of it", { timeout: 120_000 }, async () => {
  await report('ada', 'A broken screen', 'It is cracked.')
  assert.deepEqual(await readers('It is cracked.'), ['lena'])
})

test('whoever is in a picture decides whether it is taken, and takes the yes back', { timeout: 120_000 }, async () => {
  const teacher = await of('tom')
  await teacher.goto(`${school.desk}/ask/telling/picture`)
  await teacher.fill('[name=wants]', 'A picture at the fair')
  await teacher.fill('[name=recipient]', 'ada')
  await teacher.fill('[name=reason]', 'For the school newsletter.')
  await teacher.check('[name=until][value=revoked]')
  await sendChecked(teacher, /^Ask /)
  await teacher.waitForURL(/\/requests\//)
  const request = new URL(teacher.url()).pathname
  const decide = request.replace('requests', 'decide')
  for (const who of ['ben', 'hal', 'mo', 'una']) {
    const page = await of(who)
    await page.goto(`${school.desk}/`)
    assert.equal(await page.locator(`a[href="${decide}"]`).count(), 0, `${who} is asked to decide`)
    assert.ok((await page.goto(`${school.desk}${decide}`)).status() >= 400, `${who} is shown the request`)
  }
  const pupil = await of('ada')
  await pupil.goto(`${school.desk}/`)
  await pupil.locator(`a[href="${decide}"]`).click()
  assert.match(await pupil.locator('main').innerText(), /A picture at the fair/)
  await pupil.getByRole('button', { name: /^Allow it/ }).click()
  await teacher.goto(`${school.desk}${request}`)
  assert.match(await teacher.locator('main').innerText(), /Approved by Ada Puddlewick/)
  await pupil.goto(`${school.desk}/requests`)
  await pupil.locator('main a[href$="/revoke"]').click()
  await pupil.fill('[name=reason]', 'I changed my mind.')
  await pupil.locator('main form button').click()
  await teacher.goto(`${school.desk}/requests`)
  assert.doesNotMatch(await teacher.locator('main').innerText(), /A picture at the fair for Ada/)
})
