// What the text of a ready policy itself says, read without the program: by it the browser tests know what they are to find.
import { readFileSync } from 'node:fs'
import { parse } from 'smol-toml'

/** The rules of a policy: for each kind, its tables in the order of the text. */
export function rulesOf(policy) {
  const text = readFileSync(new URL(`../policies/${policy}.md`, import.meta.url), 'utf8')
  const rules = { permission: [], report: [], register: [], consent: [], channel: [] }
  for (const [, block] of text.matchAll(/^```rule\n([\s\S]*?)^```/gm)) {
    for (const [kind, tables] of Object.entries(parse(block))) (rules[kind] ??= []).push(...[tables].flat())
  }
  return rules
}

/** Whether a person is among those whom a list of audiences and roles names. */
export function isNamed(person, names) {
  return names.some((name) => name === 'everyone' || name === person.audience || person.roles.includes(name))
}

/** The usernames of those who hold one of the roles; `towards` says who holds those that are held towards somebody. */
export function holders(people, roles, towards) {
  const holds = (person) => roles.some((role) => person.roles.includes(role) || towards[role] === person.username)
  return people.filter(holds).map((person) => person.username).sort()
}
