/** A name for some bytes: half of their SHA-256, as 32 hex digits. */
export const hashOf = async (...parts: (string | Uint8Array)[]): Promise<string> => {
  const [only] = parts
  const isText = parts.length === 1 && typeof only === 'string'
  const bytes = isText ? new TextEncoder().encode(only) : await new Blob(parts as (string | Uint8Array<ArrayBuffer>)[]).arrayBuffer()
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))
  return [...digest.subarray(0, 16)].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}
