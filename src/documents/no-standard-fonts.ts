/**
 * In the Worker, instead of `@pdf-lib/standard-fonts`: the measures of the fonts that every PDF reader has, a tenth of the
 * whole bundle. Our documents bring their own font, because those have no letters but those of Western Europe.
 */

export const FontNames = {}
export const Encodings = {}
export const Font = {
  load: (name: string): never => {
    throw new Error(`the standard fonts were left out: ${name}`)
  },
}
