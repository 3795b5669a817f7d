// One of the ready policies' schools in its demo, with a browser of their own for everybody whom the demo prints.
import assert from 'node:assert/strict'
import { fillFields, fillIn, takeFirst } from './form.mjs'
import { PNG, sendChecked, startBrowser, startDemo, turnableClock } from './harness.mjs'
import { MailServer } from './mail_server.mjs'
import { isNamed } from './policy_text.mjs'
import { hiddenOf, linksOf, Visitor } from './visitor.mjs'

export class SchoolDay {
  #browser
  /** Which kind of site was asked for, by the permission. */
  #kinds = new Map()
  #clock
  #now
  #pages = new Map()

  /** Starts the demo at a moment; everybody signs in, and signs what they are asked to. */
  static async start(policy, moment) {
    const school = new SchoolDay()
    // What runs by the time that something else can't start would keep the tests from ending.
    await school.#begin(policy, moment).catch(async (error) => {
      await school.stop()
      throw error
    })
    return school
  }

  async #begin(policy, moment) {
    this.#now = moment
    this.#clock = await turnableClock(moment)
    this.mail = await MailServer.start()
    this.demo = await startDemo({ policy, clock: this.#clock, options: ['--mail-port', this.mail.port] })
    this.#browser = await startBrowser(this.demo)
    for (const who of this.everyone()) await this.#signIn(who)
  }

  async stop() {
    await this.#browser?.close()
    await this.demo?.stop()
    await this.mail?.stop()
    await this.#clock?.stop()
  }

  everyone() {
    return this.demo.people.map((person) => person.username)
  }

  person(who) {
    return this.demo.person(who)
  }

  /** Those whom a list of audiences and roles names. */
  named(names) {
    return this.everyone().filter((who) => isNamed(this.person(who), names))
  }

  /** Turns the clock of the program ahead. */
  async turn(milliseconds) {
    this.#now = new Date(this.#now.getTime() + milliseconds)
    await this.#clock.turn(this.#now)
  }

  /** The date and time at school, as a form takes it, after so many milliseconds. */
  moment(milliseconds = 0) {
    const at = new Date(this.#now.getTime() + milliseconds)
    return at.toLocaleString('sv-SE', { timeZone: 'Europe/London' }).slice(0, 16).replace(' ', 'T')
  }

  /** Whether somebody's home page has a task of this title that leads to an address, and says this of it. */
  async hasTask(who, title, path, says = '') {
    const task = RegExp(`href="${path}"[^>]*>${title}<(?:(?!</li>)[^])*?${says}`)
    return task.test((await this.read(who, '/')).text)
  }

  async #signIn(who) {
    const visitor = new Visitor(this.demo.desk)
    await visitor.signIn(who, this.person(who).password)
    await visitor.signEverything()
    const context = this.#pages.get(who)?.context() ?? (await this.#browser.newContext())
    await context.addCookies([...visitor.cookies].map(([name, value]) => ({ name, value, url: this.demo.desk })))
    if (!this.#pages.has(who)) this.#pages.set(who, await context.newPage())
    this.#pages.get(who).setDefaultTimeout(15_000)
  }

  /** A browser in which nobody has signed in. */
  async stranger() {
    return (await this.#browser.newContext()).newPage()
  }

  /** What somebody is answered at an address; whose session has ended signs in again. */
  async read(who, path) {
    if (!this.#pages.has(who)) await this.#signIn(who)
    const fetch = () => this.#pages.get(who).request.get(this.demo.desk + path, { maxRedirects: 0 })
    let answer = await fetch()
    if (answer.headers().location?.startsWith('/sign-in')) {
      await this.#signIn(who)
      answer = await fetch()
    }
    return { status: answer.status(), text: await answer.text() }
  }

  /** What somebody is answered in the end who sends a form to an address, whatever they are offered there. */
  async send(who, path, form) {
    const { csrf } = Object.fromEntries(hiddenOf((await this.read(who, '/')).text))
    const answer = await this.#pages.get(who).request.post(this.demo.desk + path, {
      form: { csrf, ...form },
      headers: { origin: this.demo.desk },
    })
    const text = await answer.text()
    assert.doesNotMatch(text, /Send the form again/, 'the form is taken for their own')
    return { status: answer.status(), text }
  }

  /** Of the addresses that somebody's page links to, those that match, by the part of them that is asked for. */
  async listed(who, path, matches) {
    const { status, text } = await this.read(who, path)
    return status === 200 ? linksOf(text).flatMap((link) => link.match(matches)?.[1] ?? []).sort() : []
  }

  /** Somebody's browser, at an address. */
  async open(who, path) {
    await this.read(who, path)
    const page = this.#pages.get(who)
    await page.goto(this.demo.desk + path)
    return page
  }

  /** Opens somebody's page among the people, by searching for their name. */
  async openPerson(who, other) {
    const page = await this.open(who, '/people')
    await page.locator('main [name=search]').fill(this.person(other).name)
    await page.getByRole('button', { name: 'Search' }).click()
    await page.locator('main').getByRole('link', { name: this.person(other).name }).click()
    return page
  }

  /** Somebody asks for what a permission gives, until the latest end that it has; the identifier of their request. */
  async ask(who, policy, rule) {
    const page = await this.open(who, `/ask/${policy}/${rule.id}`)
    await fillIn(page, 'wants', wantedOf(rule))
    const kinds = page.locator('main select[name=wants]')
    if (await kinds.count()) this.#kinds.set(rule.id, await kinds.evaluate((kinds) => kinds.selectedOptions[0].text))
    await fillFields(page, rule)
    for (const [name, [answer]] of Object.entries(rule['pictures-when'] ?? {})) await fillIn(page, `field.${name}`, answer)
    if (rule.to === 'person') await fillIn(page, 'recipient', 'pupil')
    if (rule.to === 'group') await takeFirst(page, 'recipient')
    await fillIn(page, 'reason', 'It is needed.')
    // The last choice is another time.
    await page.locator('main [name=until]').nth(-2).check()
    await sendChecked(page, /^(Ask|Open) /)
    return (await this.arrive(who, /\/requests\//, `asks for ${rule.id}`)).split('/').at(-1)
  }

  /** Whether somebody is shown, among what is open for them, what `ask` asks for. */
  async holds(who, rule) {
    const page = await this.open(who, '/requests')
    const open = page.locator('main ul.govuk-list--bullet li')
    const wanted = (this.#kinds.get(rule.id) ?? wantedOf(rule)).toLowerCase()
    return (await open.allInnerTexts()).some((words) => words.toLowerCase().includes(wanted))
  }

  /** Somebody adds a picture to their request. */
  async addPicture(who, id) {
    const page = await this.open(who, `/requests/${id}/pictures`)
    await page.getByLabel('The picture').setInputFiles({ name: 'picture.png', mimeType: 'image/png', buffer: PNG })
    await page.getByRole('button', { name: 'Add it to the request' }).click()
    await this.arrive(who, /\/requests\/[0-9a-f]{32}$/, `adds a picture to ${id}`)
  }

  /** A parent answers a consent that is asked once, about the pupil of the demo. */
  async answerConsent(who, policy, consent, said) {
    const page = await this.open(who, `/consents/${policy}/${consent}`)
    await page.getByRole('group', { name: this.person('pupil').name }).getByLabel(said, { exact: true }).check()
    await page.getByRole('button', { name: 'Check your answers' }).click()
    await page.getByRole('button', { name: 'Send my answers' }).click()
    assert.match(await this.text(who), /Your answers count from now on/)
  }

  /** A parent answers the consent that one request needs, by a button of its page. */
  async answerRequest(who, id, said) {
    const page = await this.open(who, `/requests/${id}`)
    await page.locator('main').getByRole('button', { name: said }).click()
  }

  /** What stands on the page that somebody looks at. */
  text(who) {
    return this.#pages.get(who).locator('main').innerText()
  }

  /** That somebody's browser comes to such an address; else the page that it stays at is the error. */
  async arrive(who, address, doing) {
    await this.#pages.get(who).waitForURL(address).catch(async () => assert.fail(`${who} ${doing}: ${await this.text(who)}`))
    return new URL(this.#pages.get(who).url()).pathname
  }
}

/** What is asked for of a permission. */
function wantedOf(rule) {
  return rule.opens === 'site' ? 'www.example.org' : `For ${rule.id}`
}
