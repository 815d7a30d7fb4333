import type { Env } from '#src/env.ts'
import { logError } from '#src/log.ts'
import { logoKey } from '#src/logo.ts'
import { contentHash, type DocumentSender } from './content.ts'
import { loadFonts } from './fonts.ts'
import type { Fonts } from './sheet.ts'
import type { DocumentFile } from './stored.ts'

type Settings = Pick<Env, 'FILES' | 'ASSETS'>

/**
 * A paper that is drawn each time it is asked for and not kept: seldom wanted, and of more contents than are worth keeping.
 * @param kind with a number that is raised with every change of the drawing
 */
export const drawnFile = async (
  env: Settings,
  tenantId: string,
  kind: string,
  content: { company: DocumentSender },
  draw: (fonts: Fonts, logo: Uint8Array | null) => Promise<Uint8Array>,
): Promise<DocumentFile> => {
  const hash = await contentHash({ kind, content })
  let drawn: Uint8Array | undefined
  const bytes = async () => {
    drawn ??= await draw(await loadFonts(env), await logoOf(env, tenantId, content.company))
    return drawn
  }
  return {
    etag: `"${hash}"`,
    size: async () => (await bytes()).byteLength,
    whole: async () => {
      const body = await bytes()
      return { body, size: body.byteLength }
    },
    part: async ({ offset, length }) => (await bytes()).subarray(offset, offset + length),
  }
}

/** Null without one, and when it can't be read: the name then stands in its place. */
const logoOf = async (env: Settings, tenantId: string, { logo }: DocumentSender): Promise<Uint8Array | null> => {
  if (!logo) return null
  try {
    const stored = await env.FILES.get(logoKey(tenantId, logo.hash))
    return stored && new Uint8Array(await stored.arrayBuffer())
  } catch (error) {
    logError('file-storage-failed', error)
    return null
  }
}
