const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

/** Random bytes in store: asking for a few at a time costs more than using them. */
const store = new Uint8Array(1024)
let used = store.length

const randomByte = (): number => {
  if (used === store.length) {
    crypto.getRandomValues(store)
    used = 0
  }
  return store[used++] ?? 0
}

/** An opaque id of base62 characters; says nothing about volume or order. */
export const newId = (length = 16): string => {
  let id = ''
  while (id.length < length) {
    const byte = randomByte()
    // 248 = 4 × 62: bytes above it would favour the first letters.
    if (byte < 248) id += ALPHABET[byte % 62]
  }
  return id
}

/** Whether a text could be an id: of one that a form sends along. */
export const isId = (text: string): boolean => /^[0-9A-Za-z]{16}$/.test(text)

export const TENANT_ID_LENGTH = 6
export const newTenantId = () => newId(TENANT_ID_LENGTH)
