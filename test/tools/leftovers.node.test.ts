import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { endLeftovers, forgetStart, recordStart, runningStart } from '#tools/leftovers.ts'

let folder: string
let record: string
const children: ChildProcess[] = []

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'stockflow-'))
  record = join(folder, 'deeper/start.json')
})
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
  Reflect.deleteProperty(process.env, 'STOCKFLOW_START')
  rmSync(folder, { recursive: true })
})

/** A process that would go on for a minute. */
const start = async (command = 'sleep 60'): Promise<ChildProcess> => {
  const child = spawn('sh', ['-c', command], { stdio: 'ignore' })
  children.push(child)
  await new Promise((resolve) => child.once('spawn', resolve))
  return child
}
const ended = (child: ChildProcess) => new Promise<NodeJS.Signals | null>((resolve) => child.once('exit', (_, signal) => resolve(signal)))
const isAlive = (child: ChildProcess) => child.exitCode === null && child.signalCode === null
const rewrite = (change: object) => writeFileSync(record, JSON.stringify({ ...JSON.parse(readFileSync(record, 'utf8')), ...change }))

test('ends what the recorded start began, and nothing else', async () => {
  const foreign = await start()
  recordStart(join(folder, 'another.json'), 'mark-of-another', 1)
  const another = await start()
  recordStart(record, 'mark-one', 1)
  const ours = await start()
  const end = ended(ours)
  Reflect.deleteProperty(process.env, 'STOCKFLOW_START')
  const later = await start()

  expect(await endLeftovers(record)).toBeGreaterThanOrEqual(1)
  expect(await end).toBe('SIGTERM')
  expect([foreign, another, later].map(isAlive)).toEqual([true, true, true])
})

test('ends what does not listen', async () => {
  recordStart(record, 'mark-two', 1)
  const isDeaf = join(folder, 'deaf')
  const deaf = await start(`trap '' TERM; touch '${isDeaf}'; while true; do sleep 0.1; done`)
  // The shell may be slower than the signal: until it has set its trap, it listens.
  await vi.waitUntil(() => existsSync(isDeaf), { timeout: 10_000 })
  const end = ended(deaf)
  expect(await endLeftovers(record)).toBeGreaterThanOrEqual(1)
  expect(await end).toBe('SIGKILL')
})

test('knows a start that still runs from one that is gone', () => {
  expect(runningStart(record)).toBeUndefined()
  recordStart(record, 'mark-three', 18_787)
  expect(runningStart(record)).toEqual({ pid: process.pid, port: 18_787 })
  // The same number, given to another process since.
  rewrite({ bornAt: '1' })
  expect(runningStart(record)).toBeUndefined()
  rewrite({ pid: 2 ** 30 })
  expect(runningStart(record)).toBeUndefined()
})

test('a record that is gone or broken ends nothing', async () => {
  recordStart(record, 'mark-four', 1)
  const child = await start()
  writeFileSync(record, '{"mark":')
  expect(await endLeftovers(record)).toBe(0)
  forgetStart(record)
  expect(await endLeftovers(record)).toBe(0)
  expect(isAlive(child)).toBe(true)
})
