import type { Result } from './results.ts'
export const writeCost = (_: readonly Result[]): void => undefined
