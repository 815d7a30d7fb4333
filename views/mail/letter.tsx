import type { Child } from 'hono/jsx'
import { namesItself } from '#views/logo.ts'
import { plainName, unlinkedName, unlinkedWords } from './names.ts'

/** A mail's content, once: its text and its HTML are two ways to write the same letter. */
export type Letter = {
  subject: string
  /** Who it comes from, as the head of the letter shows it. */
  sender: string
  /** `#rrggbb` */
  colour: string
  /** The sender's, by its whole address. */
  logo?: { address: string; width: number; height: number } | undefined
  title: string
  greeting: Run[]
  body: Run[]
  /** Things, one below the other. */
  list?: Run[][]
  button: { label: string; address: string }
  /** Smaller, below the button. */
  notes: Run[][]
}
/** The house's own words, a name that somebody chose, or what somebody wrote at length. */
export type Run = string | { name: string; bold?: boolean } | { words: string }

export const greetingOf = (personName: string): Run[] => (plainName(personName) ? ['Hello ', { name: personName }, ','] : ['Hello,'])

/** "A", "A and B", "A, B and C". */
export const listOf = (names: string[]): Run[] =>
  names.flatMap((name, i) => [...(i === 0 ? [] : [i === names.length - 1 ? ' and ' : ', ']), { name, bold: true }])

const wordsOf = (run: Run): string => {
  if (typeof run === 'string') return run
  return 'words' in run ? unlinkedWords(run.words) : unlinkedName(run.name)
}

const textOf = (runs: Run[]): string => runs.map(wordsOf).join('')

export const letterText = ({ title, greeting, body, list = [], button, notes }: Letter): string =>
  `${[title, textOf(greeting), textOf(body), ...(list.length > 0 ? [list.map((item) => `- ${textOf(item)}`).join('\n')] : []), `${button.label}:\n${button.address}`, ...notes.map(textOf)].join('\n\n')}\n`

// Mail programs know tables and inline styles; the style element adds what the better ones make of a dark screen.
const FONT = 'font-family:system-ui,-apple-system,Segoe UI,Roboto,Helvetica,Arial,sans-serif;'
const DARK = `@media (prefers-color-scheme:dark){
.page{background:#16171b!important}
.card{background:#1f2126!important;border-right-color:#393c44!important;border-bottom-color:#393c44!important;border-left-color:#393c44!important}
.ink{color:#eceef2!important}
.soft{color:#b3b6be!important}
}`

// In line with the words below where the page is white, and off its plate's edge where it is dark.
const PLATE = `
@media (prefers-color-scheme:dark){.plate{padding:6px 8px!important}}`

const runsHtml = (runs: Run[]): Child[] =>
  runs.map((run) => {
    if (typeof run !== 'string' && 'words' in run)
      return wordsOf(run)
        .split('\n')
        .flatMap((line, i) => (i === 0 ? [line] : [<br />, line]))
    return typeof run !== 'string' && run.bold ? <b>{wordsOf(run)}</b> : wordsOf(run)
  })

/** One column of at most 600 pixels; nothing is fetched but the company's logo. */
export const LetterMail = ({ letter }: { letter: Letter }) => {
  const { subject, sender, logo, title, greeting, body, list = [], button, notes } = letter
  const colour = /^#[0-9a-f]{6}$/i.test(letter.colour) ? letter.colour : '#1d6b57'
  const onColour = inkOn(colour)
  const paragraph = `${FONT}margin:0 0 16px;font-size:16px;line-height:1.5;color:#22242b;overflow-wrap:anywhere;`
  const small = `${FONT}margin:0 0 14px;font-size:15px;line-height:1.5;color:#5b5f69;overflow-wrap:anywhere;`
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="supported-color-schemes" content="light dark" />
        {/* Numbers and addresses in a name are not for a phone to make links of. */}
        <meta name="format-detection" content="telephone=no, date=no, address=no, email=no, url=no" />
        <title>{subject}</title>
        <style>{logo ? DARK + PLATE : DARK}</style>
      </head>
      <body class="page" style="margin:0;padding:0;background:#faf9f7;">
        <table role="presentation" class="page" width="100%" cellpadding="0" cellspacing="0" border={0} style="background:#faf9f7;">
          <tr>
            <td align="center" style="padding:32px 12px;">
              <table
                role="presentation"
                class="card"
                width="600"
                cellpadding="0"
                cellspacing="0"
                border={0}
                style={`width:100%;max-width:600px;background:#ffffff;border:1px solid #e3e1dc;border-top:4px solid ${colour};border-radius:12px;border-collapse:separate;`}
              >
                <tr>
                  <td align="left" style="padding:36px 36px 22px;">
                    {logo ? <LogoSender name={sender} logo={logo} /> : <Sender name={sender} colour={colour} onColour={onColour} />}
                    <h1 class="ink" style={`${FONT}margin:24px 0 18px;font-size:28px;line-height:1.2;text-wrap:balance;color:#22242b;`}>
                      {title}
                    </h1>
                    <p class="ink" style={paragraph}>
                      {runsHtml(greeting)}
                    </p>
                    <p class="ink" style={paragraph}>
                      {runsHtml(body)}
                    </p>
                    {list.length > 0 && (
                      <table role="presentation" width="100%" cellpadding="0" cellspacing="0" border={0} style="margin:0 0 20px;">
                        {list.map((item) => (
                          <tr>
                            <td class="ink" style={`${paragraph}margin:0;padding:8px 0;border-top:1px solid #e3e1dc;`}>
                              {runsHtml(item)}
                            </td>
                          </tr>
                        ))}
                      </table>
                    )}
                    <table role="presentation" cellpadding="0" cellspacing="0" border={0} style="margin:4px 0 20px;border-collapse:separate;">
                      <tr>
                        <td style={`background:${colour};border-radius:8px;`}>
                          <a
                            href={button.address}
                            style={`${FONT}display:inline-block;padding:13px 20px;font-size:15px;font-weight:600;color:${onColour};text-decoration:none;border-radius:8px;`}
                          >
                            {button.label}
                          </a>
                        </td>
                      </tr>
                    </table>
                    {notes.map((note) => (
                      <p class="soft" style={small}>
                        {runsHtml(note)}
                      </p>
                    ))}
                    <p class="soft" style={small}>
                      If the button doesn’t work, copy this address:
                      <br />
                      <span style="word-break:break-all;">{button.address}</span>
                    </p>
                  </td>
                </tr>
              </table>
            </td>
          </tr>
        </table>
      </body>
    </html>
  )
}

/** On white whatever the screen: a logo is made for paper. Its words stand in its place where pictures are off. */
const LogoSender = ({ name, logo: { address, width, height } }: { name: string; logo: NonNullable<Letter['logo']> }) => {
  const scale = Math.min(240 / width, 48 / height, 1)
  const alone = namesItself({ width, height })
  return (
    <table role="presentation" cellpadding="0" cellspacing="0" border={0}>
      <tr>
        <td class="plate" style="background:#ffffff;border-radius:8px;">
          <img
            src={address}
            alt={alone ? unlinkedName(name) : ''}
            width={Math.max(1, Math.round(width * scale))}
            height={Math.max(1, Math.round(height * scale))}
            style={`${FONT}display:block;border:0;font-size:16px;font-weight:700;color:#22242b;`}
          />
        </td>
        {!alone && (
          <td class="ink" style={`${FONT}padding-left:12px;font-size:16px;font-weight:700;color:#22242b;overflow-wrap:anywhere;`}>
            {unlinkedName(name)}
          </td>
        )}
      </tr>
    </table>
  )
}

const Sender = ({ name, colour, onColour }: { name: string; colour: string; onColour: string }) => {
  const initial = /[\p{L}\p{N}]/u.exec(name)?.[0].toLocaleUpperCase('en') ?? ''
  return (
    <table role="presentation" cellpadding="0" cellspacing="0" border={0}>
      <tr>
        {initial && (
          <td
            aria-hidden="true"
            align="center"
            width="36"
            height="36"
            style={`${FONT}width:36px;height:36px;background:${colour};border-radius:8px;font-size:18px;font-weight:700;line-height:36px;color:${onColour};`}
          >
            {initial}
          </td>
        )}
        <td class="ink" style={`${FONT}padding-left:${initial ? 12 : 0}px;font-size:16px;font-weight:700;color:#22242b;overflow-wrap:anywhere;`}>
          {unlinkedName(name)}
        </td>
      </tr>
    </table>
  )
}

const WHITE = '#ffffff'
const NEAR_BLACK = '#1b1c22'

/** Which of the two inks reads better on a colour (WCAG's contrast). */
const inkOn = (colour: string): string => {
  const light = luminance(colour) + 0.05
  return (luminance(WHITE) + 0.05) / light >= light / (luminance(NEAR_BLACK) + 0.05) ? WHITE : NEAR_BLACK
}

const luminance = (colour: string): number => {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(colour.slice(at, at + 2), 16) / 255
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}
