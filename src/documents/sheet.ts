import type { PDFFont, PDFHexString, PDFImage, PDFOperator, PDFPage } from 'pdf-lib'
import { type Measure, printable, runsOf, wrap } from './text.ts'

type PdfLib = typeof import('pdf-lib')
export type Fonts = { regular: ArrayBuffer; bold: ArrayBuffer }
export type Face = keyof Fonts
export type Colour = readonly [red: number, green: number, blue: number]
export type Style = { face: Face; size: number; colour: Colour }

/** A4, in points; the margin is 20 mm. */
export const PAGE = { width: 595.28, height: 841.89, margin: 56.69 } as const

/** `#1d6b57` as shares of one. */
export const colourOf = (hex: string): Colour => {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255)
  return [red, green, blue]
}

/** A font, with what was already asked of it: the same words and letters come again and again. */
class FaceOnPaper {
  readonly font: PDFFont
  readonly #points: Set<number>
  readonly #widths = new Map<string, number>()
  readonly #codes = new Map<string, PDFHexString>()

  constructor(font: PDFFont) {
    this.font = font
    this.#points = new Set(font.getCharacterSet())
  }

  readonly has = (codePoint: number): boolean => this.#points.has(codePoint)

  /** In 1/1,000 of the size. */
  width(text: string): number {
    const known = this.#widths.get(text)
    if (known !== undefined) return known
    const width = this.font.widthOfTextAtSize(text, 1000)
    this.#widths.set(text, width)
    return width
  }

  codes(text: string): PDFHexString {
    const known = this.#codes.get(text)
    if (known) return known
    const codes = this.font.encodeText(text)
    this.#codes.set(text, codes)
    return codes
  }
}

const round = (points: number) => Math.round(points * 100) / 100

/**
 * Paper to write on, page after page. `y` is where the next thing goes, counted from the page's lower edge as PDF does.
 * Everything is written with two font resources a page and plain operators: pdf-lib's own drawText adds a resource each
 * time the font changes and shapes every text twice.
 */
export class Sheet {
  readonly #pdf: PdfLib
  readonly #addPage: () => PDFPage
  readonly #faces: Record<Face, FaceOnPaper>
  readonly pages: PDFPage[] = []
  #operators: PDFOperator[] = []
  y = 0

  constructor(pdf: PdfLib, addPage: () => PDFPage, fonts: Record<Face, PDFFont>) {
    this.#pdf = pdf
    this.#addPage = addPage
    this.#faces = { regular: new FaceOnPaper(fonts.regular), bold: new FaceOnPaper(fonts.bold) }
  }

  turnPage(): void {
    this.finishPage()
    this.pages.push(this.#addPage())
  }

  /** Writes what was drawn so far to the newest page. */
  finishPage(): void {
    const page = this.pages.at(-1)
    if (page) this.#write(page)
  }

  /** Draws on a page that was turned already. */
  onPage(page: PDFPage, draw: () => void): void {
    this.finishPage()
    draw()
    this.#write(page)
  }

  #write(page: PDFPage): void {
    for (const face of ['regular', 'bold'] as const) page.node.setFontDictionary(this.#pdf.PDFName.of(face), this.#faces[face].font.ref)
    page.pushOperators(...this.#operators)
    this.#operators = []
  }

  /** One line, already printable, as `lines` gives them. `x` is its right end when it is aligned right. */
  text(line: string, x: number, y: number, style: Style, align: 'left' | 'right' = 'left'): void {
    const { beginText, endText, setFillingRgbColor, setFontAndSize, setTextMatrix, showText, PDFName } = this.#pdf
    const left = align === 'right' ? x - this.width(line, style) : x
    this.#operators.push(
      beginText(),
      setFontAndSize(PDFName.of(style.face), style.size),
      setFillingRgbColor(...style.colour),
      setTextMatrix(1, 0, 0, 1, round(left), round(y)),
      ...runsOf(line).map((run) => showText(this.#faces[style.face].codes(run))),
      endText(),
    )
  }

  rectangle(x: number, y: number, width: number, height: number, colour: Colour): void {
    const { fill, rectangle, setFillingRgbColor } = this.#pdf
    this.#operators.push(setFillingRgbColor(...colour), rectangle(round(x), round(y), round(width), round(height)), fill())
  }

  /** A picture, on the newest page. */
  picture(image: PDFImage, x: number, y: number, width: number, height: number): void {
    const { concatTransformationMatrix, drawObject, popGraphicsState, pushGraphicsState, PDFName } = this.#pdf
    const name = PDFName.of('picture')
    this.pages.at(-1)?.node.setXObject(name, image.ref)
    this.#operators.push(
      pushGraphicsState(),
      concatTransformationMatrix(round(width), 0, 0, round(height), round(x), round(y)),
      drawObject(name),
      popGraphicsState(),
    )
  }

  frame(x: number, y: number, width: number, height: number, colour: Colour, thickness: number): void {
    const { rectangle, setLineWidth, setStrokingRgbColor, stroke } = this.#pdf
    this.#operators.push(setStrokingRgbColor(...colour), setLineWidth(thickness), rectangle(round(x), round(y), round(width), round(height)), stroke())
  }

  /** In points. */
  width(line: string, style: Pick<Style, 'face' | 'size'>): number {
    return runsOf(line).reduce((sum, run) => sum + this.#faces[style.face].width(run), 0) * (style.size / 1000)
  }

  /** Text as it will be printed, cut into lines no wider than `width`. */
  lines(text: string, width: number, style: Pick<Style, 'face' | 'size'>): string[] {
    const face = this.#faces[style.face]
    const measure: Measure = (part) => this.width(part, style)
    return wrap(printable(text, face.has), width, measure)
  }

  /** Text as it will be printed, on one line. */
  line(text: string, style: Pick<Style, 'face'>): string {
    return printable(text, this.#faces[style.face].has).replace(/\s+/g, ' ').trim()
  }

  /** Text as it will be printed, on one line of at most `width`: what is too long ends in "…". */
  fitted(text: string, width: number, style: Pick<Style, 'face' | 'size'>): string {
    const whole = this.line(text, style)
    if (this.width(whole, style) <= width) return whole
    let cut = ''
    for (const character of whole) {
      if (this.width(`${cut}${character}…`, style) > width) break
      cut += character
    }
    return `${cut.trimEnd()}…`
  }
}
