import { readFileSync } from 'node:fs'
import { join } from 'node:path'

const font = (name: string): ArrayBuffer =>
  new Uint8Array(readFileSync(join(import.meta.dirname, '../../node_modules/dejavu-fonts-ttf/ttf', `${name}.ttf`))).buffer

/** The fonts of documents, from where the build takes them. */
export const FONTS = { regular: font('DejaVuSansCondensed'), bold: font('DejaVuSansCondensed-Bold') }
