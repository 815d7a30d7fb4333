/** A small generator with a seed: the same demo company every time. */

export type Random = {
  /** From 0 up to, not including, 1. */
  next: () => number
  /** A whole number from `least` to `most`, both included. */
  between: (least: number, most: number) => number
  pick: <T>(of: readonly [T, ...T[]]) => T
  /** True in so many of a hundred cases. */
  chance: (percent: number) => boolean
  /** Base62, like the ids of the real thing. */
  id: (length?: number) => string
}

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

export const randomFrom = (seed: number): Random => {
  let state = seed >>> 0
  const next = (): number => {
    // mulberry32
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const between = (least: number, most: number) => least + Math.floor(next() * (most - least + 1))
  return {
    next,
    between,
    pick: (of) => of[between(0, of.length - 1)] ?? of[0],
    chance: (percent) => next() * 100 < percent,
    id: (length = 16) => Array.from({ length }, () => ALPHABET[between(0, ALPHABET.length - 1)]).join(''),
  }
}
