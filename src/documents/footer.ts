import type { DocumentSender } from './content.ts'
import type { Sheet } from './sheet.ts'
import { LEFT, LINE, leading, RIGHT, STYLES, WIDTH } from './style.ts'

const BOTTOM = 34
const LINE_GAP = 8
/** The rest of a footer that says more than this would take the page from the invoice. */
const MOST_LINES = 8

export type Footer = { left: string[]; middle: string[]; top: number; rule: number }

const middleLeft = LEFT + WIDTH * 0.5

/** Who the company is by law and how it is reached. `top` is where the page's own things must end. */
export const footerOf = (sheet: Sheet, company: DocumentSender): Footer => {
  const joined = (parts: string[]) =>
    parts
      .flatMap((part) => part.split('\n'))
      .map((part) => part.trim())
      .filter(Boolean)
      .join(' · ')
  const left = sheet.lines(joined([company.legalName, company.taxId]), WIDTH * 0.47, STYLES.footer).slice(0, MOST_LINES)
  const middle = sheet.lines(joined([company.contactEmail, company.contactPhone]), WIDTH * 0.36, STYLES.footer).slice(0, MOST_LINES)
  const rule = BOTTOM + Math.max(1, left.length, middle.length) * leading(STYLES.footer) + LINE_GAP
  return { left, middle, rule, top: rule + 18 }
}

/** The footer of every page, once it is known how many there are. */
export const drawFooters = (sheet: Sheet, { left, middle, rule }: Footer): void => {
  for (const [index, page] of sheet.pages.entries()) {
    sheet.onPage(page, () => {
      sheet.rectangle(LEFT, rule, WIDTH, 0.5, LINE)
      const first = rule - LINE_GAP - STYLES.footer.size + 1
      for (const [at, line] of left.entries()) sheet.text(line, LEFT, first - at * leading(STYLES.footer), STYLES.footer)
      for (const [at, line] of middle.entries()) sheet.text(line, middleLeft, first - at * leading(STYLES.footer), STYLES.footer)
      sheet.text(`Page ${index + 1} of ${sheet.pages.length}`, RIGHT, first, STYLES.footer, 'right')
    })
  }
}
