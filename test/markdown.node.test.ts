import spec from 'commonmark-spec'
import { describe, expect, it } from 'vitest'
import { markdownHtml, markdownText } from '#src/markdown.ts'
import { ATTEMPTS } from './markdown-attempts.ts'

/** Markdown, held against CommonMark's own examples and against what people try in order to run a script. */

type Example = (typeof spec)['tests'][number]
const { tests } = spec
// The specification writes a tab as an arrow.
const tabbed = (text: string) => text.replaceAll('→', '\t')

const ELSEWHERE = '<span aria-hidden="true"> ↗</span><span class="hide"> (another site)</span>'

/** What the specification expects, with our own differences written into it. */
const ours = (html: string): string =>
  html
    .replace(/<(\/?)h([1-6])>/g, (_, end: string, level: string) => `<${end}h${Math.min(6, Number(level) + 1)}>`)
    .replace(/<img src="[^"]*" alt="([^"]*)"(?: title="[^"]*")? \/>/g, '$1')
    .replace(/<a href="(https?:[^"]*)"([^>]*)>(.*?)<\/a>/gis, (_, address: string, title: string, inside: string) => {
      return `<a href="${address}"${title} target="_blank" rel="noopener noreferrer">${inside}${ELSEWHERE}</a>`
    })

/** Where an example can't come out as the specification has it, why. */
const refusedFor = ({ markdown, html, section }: Example): string | undefined => {
  if (section === 'HTML blocks' || section === 'Raw HTML' || /<(?!\/?(?:p|h[1-6]|a|em|strong|code|pre|ul|ol|li|blockquote|hr|br|img)\b)[a-z!?/]/i.test(html))
    return 'HTML'
  const addresses = [...html.matchAll(/<(?:a href|img src)="([^"]*)"/g)].map(([, address = '']) => address)
  // A reference that names such an address stays text, whether it is used or not.
  if (addresses.some((address) => !/^(?:https?:|mailto:|tel:)/i.test(address)) || /\]:\s*<?(?!https?:|mailto:|tel:|\s)\S/i.test(markdown))
    return 'an address that is no whole one of the web, mail or telephone'
  return undefined
}

const normal = (html: string) => html.replace(/\s+/g, ' ').replaceAll('> <', '><').replaceAll('&quot;', '"').trim()

describe('CommonMark’s examples', () => {
  const refused = tests.filter((example) => refusedFor(example) !== undefined)

  it('are all there, and few of them are refused', () => {
    expect(tests.length).toBe(652)
    const counts = Object.fromEntries(Object.entries(Object.groupBy(refused, (example) => refusedFor(example) ?? '')).map(([why, list]) => [why, list?.length]))
    expect(counts).toMatchInlineSnapshot(`
      {
        "HTML": 71,
        "an address that is no whole one of the web, mail or telephone": 148,
      }
    `)
  })

  it.each(tests.filter((example) => refusedFor(example) === undefined).map((example) => [example.number, example] as const))(
    'number %i comes out right',
    (_, { markdown, html }) => expect(normal(markdownHtml(tabbed(markdown)))).toBe(normal(ours(tabbed(html)))),
  )

  it.each(refused.map((example) => [example.number, example] as const))('number %i comes out harmless', (_, { markdown }) => {
    expect(faultsOf(markdownHtml(markdown))).toEqual([])
  })
})

const ALLOWED: Record<string, readonly string[]> = {
  ...Object.fromEntries(['p', 'h2', 'h3', 'h4', 'h5', 'h6', 'em', 'strong', 'pre', 'ul', 'li', 'blockquote', 'hr', 'br'].map((tag) => [tag, []])),
  a: ['href', 'title', 'target', 'rel'],
  ol: ['start'],
  code: ['class'],
  span: ['class', 'aria-hidden'],
}

/** Reads HTML as strictly as can be: whatever is not a known tag with known attributes, well written, is a fault. */
const faultsOf = (html: string): string[] => {
  const faults: string[] = []
  for (let at = html.indexOf('<'); at !== -1; at = html.indexOf('<', at + 1)) {
    const [whole, end, tag = '', attributes = ''] = /^<(\/?)([a-z][a-z0-9]*)((?: [a-z-]+="[^"<>]*")*)(?: ?\/)?>/.exec(html.slice(at)) ?? []
    if (whole === undefined || !ALLOWED[tag] || (end && attributes)) faults.push(html.slice(at, at + 60))
    for (const [, name = '', value = ''] of attributes.matchAll(/ ([a-z-]+)="([^"]*)"/g)) {
      if (!ALLOWED[tag]?.includes(name)) faults.push(`${tag} ${name}`)
      if (name === 'href' && !/^(?:https?:|mailto:|tel:)/i.test(value)) faults.push(`href ${value}`)
      if (name === 'class' && !/^(?:hide|language-[^\s]*)$/.test(value)) faults.push(`class ${value}`)
    }
  }
  return faults
}

describe('what is meant to run', () => {
  it('is tried in many ways', () => expect(ATTEMPTS.length).toBeGreaterThan(120))
  it.each(ATTEMPTS)('%j', (markdown) => expect(faultsOf(markdownHtml(markdown))).toEqual([]))

  it('is found by this test, if it were let through', () => {
    for (const html of [
      '<script>',
      '<p onclick="x">',
      '<a href="javascript:x">',
      '<img src="x" />',
      '<p ',
      '<a href="https://x.example" style="x">',
      '<span class="button">',
    ])
      expect(faultsOf(html)).not.toEqual([])
  })
})

describe('a link', () => {
  it.each(['https://x.example/a?b=c', 'http://x.example', 'mailto:a@b.example', 'tel:+441632960482'])('to %s works', (address) =>
    expect(markdownHtml(`[x](${address})`)).toContain(`<a href="${address}"`),
  )
  it('to another site says so, and tells that site nothing', () => {
    expect(markdownHtml('[x](https://x.example)')).toBe(`<p><a href="https://x.example" target="_blank" rel="noopener noreferrer">x${ELSEWHERE}</a></p>\n`)
    expect(markdownHtml('[x](tel:+44)')).toBe('<p><a href="tel:+44">x</a></p>\n')
  })
})

it.each(['[', '`', '*', '_', '<', '![', '[]', '[](', '> ', '- ', '&', '\\', '*a_ ', '``` ', '<a '])(
  'a hundred thousand bytes of “%s” come out, harmless',
  (piece) => {
    expect(faultsOf(markdownHtml(piece.repeat(Math.ceil(100_000 / piece.length))))).toEqual([])
  },
)

it('an empty message is nothing', () => expect(['', ' \n ', '\u00a0'].map(markdownHtml)).toEqual(['', '', '']))

describe('as plain lines', () => {
  it.each([
    ['Pack it well.\nThen send it.', ['Pack it well. Then send it.']],
    ['# Address\n\nOur *store*  \nDock 4', ['Address', 'Our store\nDock 4']],
    ['1. Pack\n2. Print the `slip`\n   - twice\n\nThanks', ['1. Pack', '2. Print the slip', '   – twice', 'Thanks']],
    ['- a\n\n  still a\n- b', ['– a', 'still a', '– b']],
    [
      '[our site](https://x.example/a) or <https://x.example> or [mail](mailto:a@x.example)',
      ['our site (https://x.example/a) or https://x.example or mail (mailto:a@x.example)'],
    ],
    ['[run](javascript:alert(1)) ![a lamp](https://x.example/p.png) <b>bold</b>', ['[run](javascript:alert(1)) a lamp <b>bold</b>']],
    ['[+44 1632 960482](tel:+441632960482)', ['+44 1632 960482']],
    ['    code\n    more\n\n---\n> said', ['code\nmore', 'said']],
    [' \n', []],
  ])('%j', (markdown, lines) => expect(markdownText(markdown)).toEqual(lines))
})
