import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { IMPORT_FORMAT, importFormat } from '#tools/import-format.ts'

it('docs/import-format.md is what the code is now', () => expect(readFileSync(IMPORT_FORMAT, 'utf8')).toBe(importFormat()))
