const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

/** An opaque id of base62 characters; says nothing about volume or order. */
export const newId = (length = 16): string => {
  let id = ''
  while (id.length < length) {
    // 248 = 4 × 62: bytes above it would favour the first letters. One in 32 is above it: a few more than needed mostly do.
    for (const byte of crypto.getRandomValues(new Uint8Array(length + 4))) {
      if (byte < 248 && id.length < length) id += ALPHABET[byte % 62]
    }
  }
  return id
}

/** Whether a text could be an id: of one that a form sends along. */
export const isId = (text: string): boolean => /^[0-9A-Za-z]{16}$/.test(text)

export const TENANT_ID_LENGTH = 6
export const newTenantId = () => newId(TENANT_ID_LENGTH)
