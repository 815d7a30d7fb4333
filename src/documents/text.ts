/** What stands where a font has no glyph: seen on paper, found in a search, and never an error. */
const PLACEHOLDER = '□'

export type Measure = (text: string) => number

const PLAIN = /^[\x20-\x7e\n]*$/
// Joiners, bidi controls, soft hyphens and variation selectors are orders to a shaper; on paper they are nothing.
const INVISIBLE = /[\p{Cf}\p{Variation_Selector}]/gu
const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' })

/**
 * Text as a font can print it: one kind of space, one kind of line end, and one placeholder for each character (as a
 * reader counts them) that the font lacks.
 * @param has whether the font has a glyph for a code point
 */
export const printable = (text: string, has: (codePoint: number) => boolean): string => {
  if (PLAIN.test(text)) return text
  const even = text
    .normalize('NFC')
    .replace(/\r\n?|[\u0085\u2028\u2029]/g, '\n')
    .replace(/[^\S\n]|\p{Zs}|[^\P{Cc}\n]/gu, ' ')
  if (PLAIN.test(even)) return even
  return [...graphemes.segment(even)].map(({ segment }) => printableCharacter(segment, has)).join('')
}

const printableCharacter = (character: string, has: (codePoint: number) => boolean): string => {
  if (character === '\n') return character
  const [base = '', ...marks] = character.replace(INVISIBLE, '')
  if (base === '') return ''
  const lacks = (point: string) => !has(point.codePointAt(0) ?? 0)
  // A cluster that has no base (an emoji family, a Chinese character) is one thing to its reader.
  if (lacks(base)) return PLACEHOLDER
  return base + marks.map((mark) => (lacks(mark) ? PLACEHOLDER : mark)).join('')
}

/**
 * Lines no wider than `width`: broken at line ends, then at spaces, and inside a word only when it is wider than a whole line.
 * A single character wider than that stands alone. Empty text has no lines.
 */
export const wrap = (text: string, width: number, measure: Measure): string[] =>
  text
    .trim()
    .split('\n')
    .flatMap((paragraph, index, all) => (index > 0 && paragraph.trim() === '' && all[index - 1]?.trim() === '' ? [] : wrapParagraph(paragraph, width, measure)))
    .slice(text.trim() === '' ? 1 : 0)

const wrapParagraph = (paragraph: string, width: number, measure: Measure): string[] => {
  const space = measure(' ')
  const lines: string[] = []
  let line = ''
  let used = 0
  for (const word of paragraph.split(' ').filter(Boolean)) {
    const wide = measure(word)
    if (line !== '' && used + space + wide <= width) {
      line += ` ${word}`
      used += space + wide
      continue
    }
    if (line !== '') lines.push(line)
    const pieces = wide <= width ? [word] : breakWord(word, width, measure)
    lines.push(...pieces.slice(0, -1))
    line = pieces.at(-1) ?? ''
    used = measure(line)
  }
  return [...lines, line]
}

const breakWord = (word: string, width: number, measure: Measure): string[] => {
  const pieces: string[] = []
  let piece = ''
  let used = 0
  for (const { segment } of graphemes.segment(word)) {
    const wide = measure(segment)
    if (piece !== '' && used + wide > width) {
      pieces.push(piece)
      piece = ''
      used = 0
    }
    piece += segment
    used += wide
  }
  return [...pieces, piece]
}

const RTL_LETTERS = '\\u0590-\\u065f\\u066a-\\u06ef\\u06fa-\\u08ff\\ufb1d-\\ufdff\\ufe70-\\ufefc'
const RTL_DIGITS = '\\u0660-\\u0669\\u06f0-\\u06f9'
const RTL = new RegExp(`[${RTL_LETTERS}${RTL_DIGITS}]`)
const RUNS = new RegExp(`[${RTL_DIGITS}]|[${RTL_LETTERS}]+(?: +[${RTL_LETTERS}]+)*|[^${RTL_LETTERS}${RTL_DIGITS}]+`, 'g')

/**
 * A line's pieces as they are set from left to right. The shaper turns round whatever begins in a right-to-left script,
 * figures and Latin words behind it included; so letters of such scripts are given to it alone, and their digits one by one.
 */
export const runsOf = (line: string): string[] => (RTL.test(line) ? (line.match(RUNS) ?? []) : [line])
