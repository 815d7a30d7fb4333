import MarkdownIt from 'markdown-it'

/** Markdown of the company's, shown to its clients: the welcome message, and how to send goods back. */

const PROTOCOLS = new Set(['http:', 'https:', 'mailto:', 'tel:'])

/** Only whole addresses: what is relative would lead to another page here than the one that its writer sees. */
const isSafe = (address: string): boolean => {
  try {
    return PROTOCOLS.has(new URL(address).protocol)
  } catch {
    return false
  }
}

const ELSEWHERE = '<span aria-hidden="true"> ↗</span><span class="hide"> (another site)</span>'

const makeRenderer = () => {
  const markdown = new MarkdownIt('commonmark', { html: false })
  markdown.validateLink = isSafe
  const { rules } = markdown.renderer
  // A picture would be fetched from wherever its writer likes: its words alone are shown.
  rules.image = (tokens, at, options, env, self) => markdown.utils.escapeHtml(self.renderInlineAsText(tokens[at]?.children ?? [], options, env))
  rules.link_open = (tokens, at, options, _env, self) => {
    const token = tokens[at]
    const address = addressOf(token)
    // `[words]()` leads nowhere: its words alone are shown.
    if (!token || address === '') return ''
    if (isElsewhere(address)) {
      token.attrSet('target', '_blank')
      token.attrSet('rel', 'noopener noreferrer')
    }
    return self.renderToken(tokens, at, options)
  }
  // Links don't nest, so the nearest opening is this one's.
  rules.link_close = (tokens, at, options, _env, self) => {
    const address = addressOf(tokens.slice(0, at).findLast(({ type }) => type === 'link_open'))
    if (address === '') return ''
    return (isElsewhere(address) ? ELSEWHERE : '') + self.renderToken(tokens, at, options)
  }
  // The page's own headings outrank the message's.
  markdown.core.ruler.push('lower-headings', ({ tokens }) => {
    for (const token of tokens)
      if (token.type === 'heading_open' || token.type === 'heading_close') token.tag = `h${Math.min(6, Number(token.tag.slice(1)) + 1)}`
  })
  return markdown
}

const addressOf = (token: { attrGet: (name: string) => unknown } | undefined): string => String(token?.attrGet('href') ?? '')
const isElsewhere = (address: string): boolean => /^https?:/i.test(address)

let renderer: ReturnType<typeof makeRenderer> | undefined

/**
 * CommonMark as HTML, with nothing in it that could run or be fetched: HTML stays text, pictures are their words, links
 * lead to whole addresses of the web, of mail and of telephones, and any other stays text. Headings begin a step lower.
 * @returns an empty string for an empty message
 */
export const markdownHtml = (message: string): string => {
  if (message.trim() === '') return ''
  renderer ??= makeRenderer()
  return renderer.render(message)
}

type Token = ReturnType<ReturnType<typeof makeRenderer>['parse']>[number]

/**
 * The same as plain lines, for paper and for a mail's text: one for each paragraph, heading and item of a list. A link
 * says where it leads.
 */
export const markdownText = (message: string): string[] => {
  renderer ??= makeRenderer()
  const lines: string[] = []
  let depth = 0
  let lead = ''
  for (const token of renderer.parse(message, {})) {
    if (/^(?:bullet|ordered)_list_/.test(token.type)) depth += token.nesting
    if (token.type === 'list_item_open') lead = `${'   '.repeat(depth - 1)}${token.info ? `${token.info}.` : '–'} `
    const words = token.type === 'inline' ? wordsOf(token.children ?? []) : token.type === 'fence' || token.type === 'code_block' ? token.content.trimEnd() : ''
    if (words !== '') {
      lines.push(lead + words)
      lead = ''
    }
  }
  return lines
}

/** A telephone number is the same with and without spaces. */
const bare = (text: string): string => text.replace(/\s/g, '')

const wordsOf = (tokens: Token[]): string => {
  let words = ''
  let link: { address: string; from: number } | undefined
  for (const token of tokens) {
    if (token.type === 'link_open') link = { address: addressOf(token), from: words.length }
    else if (token.type === 'link_close') {
      const { address = '', from = 0 } = link ?? {}
      if (address !== '' && bare(words.slice(from)) !== bare(address.replace(/^(?:mailto|tel):/i, ''))) words += ` (${address})`
    } else if (token.type === 'image') words += wordsOf(token.children ?? [])
    else if (token.type === 'softbreak') words += ' '
    else if (token.type === 'hardbreak') words += '\n'
    else words += token.content
  }
  return words.trim()
}
