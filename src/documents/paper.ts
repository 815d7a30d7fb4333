import type { PDFDocument } from 'pdf-lib'
import { type Fonts, PAGE, Sheet } from './sheet.ts'

// A subset's name begins with six letters; ours are fixed, so that equal content makes equal bytes.
const SUBSET = 'PORTAL+'

type Fontkit = Parameters<PDFDocument['registerFontkit']>[0]

/** A font as fontkit has read it: its tables are read bit by bit as letters ask for them, and that is most of what a page costs. */
const read = new WeakMap<ArrayBufferLike, ReturnType<Fontkit['create']>>()

/**
 * Reads each font once an isolate. What a document does with a font, it does with an object of its own that only inherits
 * the tables: which glyphs it used, and for which letters, is remembered there, and equal content makes equal bytes.
 */
const readingOnce = (fontkit: Fontkit): Fontkit => ({
  create: (bytes) => {
    const font = read.get(bytes.buffer) ?? fontkit.create(bytes)
    read.set(bytes.buffer, font)
    return Object.assign(Object.create(font) as typeof font, { _glyphs: {} })
  },
})

/**
 * Empty paper: A4, its fonts embedded, text that can be selected.
 * pdf-lib and fontkit are loaded by the first drawing, not by the Worker's start.
 */
export const newPaper = async (fonts: Fonts): Promise<{ file: PDFDocument; sheet: Sheet }> => {
  const [pdf, { default: fontkit }] = await Promise.all([import('pdf-lib'), import('@pdf-lib/fontkit')])
  const file = await pdf.PDFDocument.create({ updateMetadata: false })
  file.registerFontkit(readingOnce(fontkit))
  // Ligatures would make one glyph of two letters, whose widths could then not be added up letter by letter.
  const embed = (face: keyof Fonts, name: string) =>
    file.embedFont(fonts[face], { subset: true, customName: SUBSET + name, features: { liga: false, dlig: false } })
  const faces = { regular: await embed('regular', 'DejaVuSansCondensed'), bold: await embed('bold', 'DejaVuSansCondensed-Bold') }
  return { file, sheet: new Sheet(pdf, () => file.addPage([PAGE.width, PAGE.height]), faces) }
}

type Description = { lang: string; title: string; author: string; subject: string; at: Date }

export const describePaper = (file: PDFDocument, sheet: Sheet, { lang, title, author, subject, at }: Description): void => {
  const line = (text: string) => sheet.line(text, { face: 'regular' })
  file.setLanguage(lang)
  file.setTitle(line(title), { showInWindowTitleBar: true })
  file.setAuthor(line(author))
  file.setSubject(line(subject))
  file.setCreator('StockFlow Client Portal')
  file.setProducer('StockFlow Client Portal')
  file.setCreationDate(at)
  file.setModificationDate(at)
}

export const finished = (file: PDFDocument): Promise<Uint8Array> => file.save({ objectsPerTick: Number.POSITIVE_INFINITY })
