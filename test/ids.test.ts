import { describe, expect, it } from 'vitest'
import { isId, newId, newTenantId } from '#src/ids.ts'

describe('ids', () => {
  it('are as long as they should be, of letters and digits, and none comes twice', () => {
    const ids = Array.from({ length: 5000 }, () => newId())
    expect(ids.filter((id) => !isId(id))).toEqual([])
    expect(new Set(ids).size).toBe(ids.length)
    expect(newTenantId()).toMatch(/^[0-9A-Za-z]{6}$/)
    // Longer than what is in store at a time.
    expect(newId(3000)).toMatch(/^[0-9A-Za-z]{3000}$/)
  })

  it('have each letter as often as every other', () => {
    const counts = new Map<string, number>()
    for (const letter of newId(620_000)) counts.set(letter, (counts.get(letter) ?? 0) + 1)
    expect(counts.size).toBe(62)
    // 10,000 of each are expected, give or take 100.
    expect([...counts.values()].filter((count) => Math.abs(count - 10_000) > 1000)).toEqual([])
  })
})
