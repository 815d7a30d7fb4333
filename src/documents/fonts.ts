import { fonts } from '#dist/manifest.ts'
import type { Env } from '#src/env.ts'
import type { Face, Fonts } from './sheet.ts'

// The bytes alone are kept: a promise of one request must not be awaited by another.
const loaded = new Map<string, ArrayBuffer>()

/**
 * The fonts of documents, from the static files; read once by each running Worker, when it first draws.
 * @throws Error when a font can't be read
 */
export const loadFonts = async (env: Pick<Env, 'ASSETS'>): Promise<Fonts> => {
  const [regular, bold] = await Promise.all([load(env, 'regular'), load(env, 'bold')])
  return { regular, bold }
}

const load = async (env: Pick<Env, 'ASSETS'>, face: Face): Promise<ArrayBuffer> => {
  const path = fonts[face]
  const known = loaded.get(path)
  if (known) return known
  const response = await env.ASSETS.fetch(`https://assets.local${path}`)
  if (!response.ok) throw new Error(`no font at ${path}: ${response.status}`)
  const bytes = await response.arrayBuffer()
  loaded.set(path, bytes)
  return bytes
}
