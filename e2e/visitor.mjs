// Somebody at the desk without a browser: links and forms over plain HTTP, for tests that visit many pages.

/** One person at the desk: their cookies, the links that they follow and the forms that they fill in. */
export class Visitor {
  constructor(desk) {
    this.desk = desk
    this.cookies = new Map()
  }

  async fetch(path, form) {
    const answer = await fetch(this.desk + path, {
      method: form ? 'POST' : 'GET',
      redirect: 'manual',
      headers: {
        cookie: [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; '),
        origin: this.desk,
        ...(form && { 'content-type': 'application/x-www-form-urlencoded' }),
      },
      body: form && new URLSearchParams(form).toString(),
    })
    for (const cookie of answer.headers.getSetCookie()) {
      const [name, value] = cookie.split(';')[0].split(/=(.*)/)
      this.cookies.set(name, value)
    }
    const location = answer.headers.get('location') ?? ''
    // A form is answered by a page with an address of its own.
    if (form && location.includes('kept=') && !location.startsWith('/sign-in?next=')) return this.fetch(location)
    return { status: answer.status, location, text: await answer.text() }
  }

  /** Fills in the form of a page: its hidden fields as they stand, and what is given. Answers shown once more are sent. */
  async fill(path, form, action = path.split('?')[0]) {
    const page = await this.fetch(path)
    // What an agreement has its signers tick, each sentence by itself.
    const ticks = [...page.text.matchAll(/<input[^>]* name="ticks"[^>]* value="([^"]*)"/g)].map(([, value]) => ['ticks', unescaped(value)])
    const answer = await this.fetch(action, [...Object.entries({ ...Object.fromEntries(hiddenOf(page.text)), ...form }), ...ticks])
    const isCheck = answer.text.includes('name="do" value="send"')
    return isCheck ? this.fetch(action, [...hiddenOf(answer.text), ['do', 'send']]) : answer
  }

  async signIn(username, password) {
    const answer = await this.fill('/sign-in', { username, password })
    if (answer.status !== 303) throw new Error(`${username} could not sign in: ${answer.status}`)
  }

  /** Reads and signs all that they are asked to sign; hands back the addresses of the agreements made. */
  async signEverything() {
    const signed = new Map()
    for (;;) {
      const { text } = await this.fetch('/agreements')
      const next = linksOf(text).find((href) => href.startsWith('/sign/'))
      if (!next) return [...signed.values()]
      if (signed.has(next)) throw new Error(`${next} is still asked for after it was signed`)
      const answer = await this.fill(next, { printed_name: 'As printed by the signer', name_confirmed: 'As printed by the signer', read: 'yes' })
      if (!answer.location.startsWith('/agreements/')) {
        throw new Error(`signing ${next} was answered ${answer.status}: ${errorsOf(answer.text)}`)
      }
      signed.set(next, answer.location.match(/^\/agreements\/[0-9a-f]{32}/)[0])
    }
  }

  /** Accepts for the school whatever signatures wait for them; hands back how many. */
  async acceptSignatures() {
    const accepted = new Set()
    for (;;) {
      const queue = await this.fetch('/countersign')
      const next = linksOf(queue.text).find((href) => /^\/countersign\/[0-9a-f]{32}$/.test(href) && !accepted.has(href))
      if (!next) return accepted.size
      const answer = await this.fill(next, { printed_name: 'As printed by the accepter' })
      if (!answer.location.startsWith('/agreements/')) {
        throw new Error(`accepting ${next} was answered ${answer.status}: ${errorsOf(answer.text)}`)
      }
      accepted.add(next)
    }
  }
}

/** The hidden fields of a page's forms: names and values. */
export function hiddenOf(html) {
  return [...html.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)"/g)].map(([, name, value]) => [name, unescaped(value)])
}

/** A value as the page means it. */
export function unescaped(value) {
  return value.replaceAll('&#38;', '&').replaceAll('&#34;', '"').replaceAll('&#60;', '<').replaceAll('&#62;', '>').replaceAll('&#39;', "'").replaceAll('&quot;', '"').replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&')
}

/** Where a page's links lead, those of the desk itself, without the places on their pages. */
export function linksOf(html) {
  const links = [...html.matchAll(/<a\s[^>]*href="([^"]*)"/g)].map(([, href]) => href.replaceAll('&amp;', '&').split('#')[0])
  return [...new Set(links.filter((href) => href.startsWith('/')))]
}

/** The summary of errors on a page, as one line. */
export function errorsOf(html) {
  return html.match(/govuk-error-summary[\s\S]*?<\/ul>/)?.[0].replace(/<[^>]+>/g, ' ').replace(/\s+/g, ' ')
}
