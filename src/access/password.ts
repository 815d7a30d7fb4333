import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto'

/** Passwords: verified exactly as typed, stored as `scrypt$N$r$p$salt$hash` so that parameters can rise later. */

const PARAMETERS = { N: 2 ** 15, r: 8, p: 3 }
const KEY_BYTES = 32
const SALT_BYTES = 16
// Node's default of 32 MiB is just too little for N=2^15, r=8.
const MAX_MEMORY = 64 * 1024 * 1024

const derive = (password: string, salt: Uint8Array, { N, r, p }: typeof PARAMETERS, length = KEY_BYTES): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    scrypt(password, salt, length, { N, r, p, maxmem: MAX_MEMORY }, (error, key) => (error ? reject(error) : resolve(key)))
  })

export const hashPassword = (password: string): Promise<string> => hashWith(password, randomBytes(SALT_BYTES))

const hashWith = async (password: string, salt: Buffer): Promise<string> => {
  const { N, r, p } = PARAMETERS
  return ['scrypt', N, r, p, salt.toString('base64'), (await derive(password, salt, PARAMETERS)).toString('base64')].join('$')
}

// What a person without a password is measured against: a real hash of nothing anyone knows, of today's parameters.
const NOBODY = `scrypt$${PARAMETERS.N}$${PARAMETERS.r}$${PARAMETERS.p}$bm9ib2R5IGtub3dzIGl0IQ==$5sJUuMkiR9AGmWpuAVk3+AOnrRgBPCzMK/8+NxCGKCw=`

/** Does the same work whether there is a hash to compare with or not. */
export const verifyPassword = async (password: string, stored: string | null | undefined): Promise<boolean> => {
  const { parameters, salt, hash } = partsOf(stored ?? NOBODY)
  const actual = await derive(password, salt, parameters, hash.length)
  return timingSafeEqual(actual, hash) && stored !== null && stored !== undefined
}

/**
 * The same right password with today's parameters; undefined when it has them already. It keeps its salt, so that two
 * sign-ins at once come to the same hash and neither finds its password changed.
 */
export const raisedHash = async (password: string, stored: string): Promise<string | undefined> => {
  const { parameters, salt } = partsOf(stored)
  const isOfToday = parameters.N === PARAMETERS.N && parameters.r === PARAMETERS.r && parameters.p === PARAMETERS.p
  return isOfToday ? undefined : await hashWith(password, salt)
}

const partsOf = (stored: string) => {
  const [algorithm, N, r, p, salt = '', hash = ''] = stored.split('$')
  if (algorithm !== 'scrypt') throw new Error(`unknown password algorithm ${algorithm}`)
  return { parameters: { N: Number(N), r: Number(r), p: Number(p) }, salt: Buffer.from(salt, 'base64'), hash: Buffer.from(hash, 'base64') }
}
