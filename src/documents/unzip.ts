import { unzipSync } from 'fflate'

/**
 * The files in a ZIP by their names; folders and what systems hide beside them are left out.
 * @param most bytes that are taken of all together
 * @returns undefined when it can't be opened, or holds more
 */
export const unzip = (zip: Uint8Array, most: number): Record<string, Uint8Array<ArrayBuffer>> | undefined => {
  let size = 0
  try {
    // What it says of the sizes is believed for what is opened at all, and nothing longer than that comes out.
    return unzipSync(zip, {
      filter: ({ name, originalSize }) => {
        const isOurs = !name.endsWith('/') && !/(^|\/)(\.|__MACOSX\/)/.test(name)
        if (isOurs) size += originalSize
        if (size > most) throw new RangeError('too much')
        return isOurs
      },
    }) as Record<string, Uint8Array<ArrayBuffer>>
  } catch {
    return undefined
  }
}
