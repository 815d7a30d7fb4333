import { env } from 'cloudflare:workers'

/** A picture of the other kinds, as the decoder itself writes it. */
export const pictureAs = async (format: 'image/jpeg' | 'image/webp', bytes: Uint8Array): Promise<Uint8Array> => {
  const made = await env.IMAGES.input(new Blob([bytes as Uint8Array<ArrayBuffer>]).stream()).output({ format })
  return new Uint8Array(await new Response(made.image()).arrayBuffer())
}

/** Bytes as letters, one each. */
export const textOf = (bytes: Uint8Array) => new TextDecoder('latin1').decode(bytes)
