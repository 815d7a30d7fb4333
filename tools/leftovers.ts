import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

/**
 * What an earlier start left behind when it was killed outright: wrangler and its workerds go on serving without it.
 * Every process of a start inherits a mark that no other process has, and the mark is written down; so only what carries
 * it is ended, whatever process ids have been given to since.
 */

const MARK = 'STOCKFLOW_START'
type Start = { mark: string; port: number; pid: number; bornAt: string | undefined }

/** When a process was born, in the kernel's ticks; undefined when there is none. Needs /proc: elsewhere nothing is ever ended. */
const bornAt = (pid: number | 'self'): string | undefined => {
  try {
    // The name in brackets may hold spaces; the 22nd field stands 20 after it.
    return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ')[19]
  } catch {
    return undefined
  }
}

const marked = (mark: string): number[] => {
  const isMarked = (pid: string) => {
    try {
      return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').includes(`${MARK}=${mark}`)
    } catch {
      return false
    }
  }
  try {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name) && isMarked(name))
      .map(Number)
      .filter((pid) => pid !== process.pid)
  } catch {
    return []
  }
}

const startOf = (file: string): Start | undefined => {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    return undefined
  }
}

/** Whoever wrote the file and is still there: a start that runs, and must be left alone. */
export const runningStart = (file: string): { pid: number; port: number } | undefined => {
  const start = startOf(file)
  return start?.bornAt && start.bornAt === bornAt(start.pid) ? { pid: start.pid, port: start.port } : undefined
}

/** From here on every child carries the mark. */
export const recordStart = (file: string, mark: string, port: number): void => {
  process.env[MARK] = mark
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, JSON.stringify({ mark, port, pid: process.pid, bornAt: bornAt('self') } satisfies Start))
}

export const forgetStart = (file: string): void => rmSync(file, { force: true })

const signal = (pids: number[], name: NodeJS.Signals): void => {
  for (const pid of pids) {
    try {
      process.kill(pid, name)
    } catch {
      // It ended by itself in the meantime.
    }
  }
}

/** Ends what carries the mark: politely, then without asking. Says how many processes that were. */
export const endMarked = async (mark: string, patience = 3000): Promise<number> => {
  const found = marked(mark)
  signal(found, 'SIGTERM')
  const until = Date.now() + patience
  while (marked(mark).length > 0 && Date.now() < until) await sleep(50)
  signal(marked(mark), 'SIGKILL')
  while (marked(mark).length > 0 && Date.now() < until + 2000) await sleep(50)
  return found.length
}

export const endLeftovers = (file: string): Promise<number> => {
  const start = startOf(file)
  return start ? endMarked(start.mark) : Promise.resolve(0)
}
