/** Endings under which anybody can register a name, such as `co.uk`: the rules of https://publicsuffix.org/list/. */

/**
 * The longest ending of a name that is one of them.
 * @param hostname in punycode
 * @param rules in punycode, one a line; `*.ck` stands for each name under `ck`, `!www.ck` for one that is none all the same
 * @returns undefined when no rule speaks of it
 */
export const publicSuffixOf = (hostname: string, rules: string): string | undefined => {
  const lines = `\n${rules}\n`
  const has = (rule: string) => lines.includes(`\n${rule}\n`)
  const labels = hostname.split('.')
  for (const at of labels.keys()) {
    const name = labels.slice(at).join('.')
    const rest = labels.slice(at + 1).join('.')
    if (has(`!${name}`)) return rest
    if (has(name) || has(`*.${rest}`)) return name
  }
  return undefined
}
