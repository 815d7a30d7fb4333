import MarkdownIt from 'markdown-it'

/** The welcome message: Markdown of the company's, shown to its clients. */

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
export const welcomeHtml = (message: string): string => {
  if (message.trim() === '') return ''
  renderer ??= makeRenderer()
  return renderer.render(message)
}
