import type { Result } from './results.ts'
export const writePerformance = (_: readonly Result[]): void => undefined
