import type { Logo } from '#src/logo.ts'

/** A logo's address, on every host that shows it. */
export const logoPath = ({ hash }: Pick<Logo, 'hash'>): `/${string}` => `/assets/logo/${hash}.png`

/** A wide one holds the company's name; beside a nearly square one the name is written. */
export const namesItself = ({ width, height }: Pick<Logo, 'width' | 'height'>): boolean => width >= height * 1.6
