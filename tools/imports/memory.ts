import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'

/**
 * What is held while the Worker works, in MB. `live`: what the Worker's own isolate can still reach, told after its garbage
 * was collected; `grown`: its heap as it stood before that, which Cloudflare bounds. `process`: all that the local process
 * holds, which is also the whole database and the whole store of files.
 */
export type Held = { live: number; grown: number; process: number }
export type Watch = { samples: Held[]; end: () => Promise<void> }

type Usage = { usedSize: number; totalSize: number; embedderHeapUsedSize: number; backingStorageSize: number }

const MB = 1024 * 1024
const EVERY = 1_000

/** The processes of a group that are workerd: wrangler's proxy is one, too. */
const runtimesOf = (group: number): number[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => {
      try {
        // pid (comm) state ppid pgrp …: the name may hold spaces.
        const stat = readFileSync(`/proc/${name}/stat`, 'utf8')
        return stat.includes('(workerd)') && Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[2]) === group
      } catch {
        return false // It ended while it was looked at.
      }
    })
    .map(Number)

const anonymousOf = (pid: number): number => Number(/RssAnon:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024

/** The ports that a process listens on. */
const portsOf = (pid: number): number[] => {
  const sockets = new Set(
    readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
      try {
        return /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1] ?? []
      } catch {
        return []
      }
    }),
  )
  // sl local_address rem_address st … inode: 0A is a socket that listens.
  return readFileSync(`/proc/${pid}/net/tcp`, 'utf8')
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter((fields) => fields[3] === '0A' && sockets.has(fields[9] ?? ''))
    .map((fields) => Number.parseInt(fields[1]?.split(':')[1] ?? '', 16))
}

/** Where the runtime lets the isolate of our Worker be inspected. @throws when nothing of the group does */
const inspectorOf = async (group: number): Promise<{ pid: number; address: string }> => {
  for (const pid of runtimesOf(group)) {
    for (const port of portsOf(pid)) {
      const told: unknown = await fetch(`http://127.0.0.1:${port}/json`, { signal: AbortSignal.timeout(2_000) })
        .then((answer) => answer.json())
        .catch(() => undefined)
      const isolates = Array.isArray(told) ? (told as { id: string; webSocketDebuggerUrl: string }[]) : []
      const ours = isolates.find(({ id }) => id.startsWith('core:user:'))
      if (ours) return { pid, address: ours.webSocketDebuggerUrl }
    }
  }
  throw new Error('the Worker’s isolate can’t be inspected')
}

type Inspector = { call: <Result>(method: string) => Promise<Result>; close: () => void }

const connected = async (address: string): Promise<Inspector> => {
  const socket = new WebSocket(address)
  const waiting = new Map<number, { resolve: (result: unknown) => void; reject: (reason: Error) => void }>()
  socket.addEventListener('message', ({ data }) => {
    const { id = -1, result, error } = JSON.parse(String(data)) as { id?: number; result?: unknown; error?: { message: string } }
    if (error) waiting.get(id)?.reject(new Error(error.message))
    else waiting.get(id)?.resolve(result)
    waiting.delete(id)
  })
  socket.addEventListener('close', () => {
    for (const { reject } of waiting.values()) reject(new Error('the inspector is gone'))
  })
  await new Promise((resolve, reject) => {
    socket.addEventListener('open', resolve)
    socket.addEventListener('error', () => reject(new Error(`${address} doesn’t answer`)))
  })
  let asked = 0
  const call = <Result>(method: string): Promise<Result> =>
    new Promise((resolve, reject) => {
      waiting.set(++asked, { resolve: resolve as (result: unknown) => void, reject })
      socket.send(JSON.stringify({ id: asked, method }))
    })
  return { call, close: () => socket.close() }
}

/** The runtime ends a first connection at once: it is wrangler's that it ends with it. */
const attached = async (address: string): Promise<Inspector> => {
  for (let tries = 1; ; tries++) {
    const inspector = await connected(address)
    const problem: unknown = await inspector.call('Runtime.getHeapUsage').catch((reason: unknown) => reason)
    if (!(problem instanceof Error)) return inspector
    if (tries === 5) throw problem
    await sleep(500)
  }
}

const heldOf = ({ usedSize, embedderHeapUsedSize, backingStorageSize }: Usage) => (usedSize + embedderHeapUsedSize + backingStorageSize) / MB

/** Of a site as it runs now: a Worker that is killed takes the watch with it. */
export const watchMemory = async (group: number): Promise<Watch> => {
  const { pid, address } = await inspectorOf(group)
  const inspector = await attached(address)
  const samples: Held[] = []
  let isOver = false
  const watching = (async () => {
    while (!isOver) {
      const grown = await inspector.call<Usage>('Runtime.getHeapUsage')
      // Answered when the isolate next has something to do: at the end that may be never.
      await inspector.call('HeapProfiler.collectGarbage')
      const live = await inspector.call<Usage>('Runtime.getHeapUsage')
      samples.push({ live: heldOf(live), grown: heldOf(grown), process: anonymousOf(pid) })
      await sleep(EVERY)
    }
  })().catch((reason: unknown) => {
    if (!isOver) throw reason
  })
  // Told by `end`.
  watching.catch(() => undefined)
  return {
    samples,
    end: async () => {
      isOver = true
      inspector.close()
      await watching
    },
  }
}

const median = (values: number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
const rounded = (megabytes: number) => Math.round(megabytes * 10) / 10

/** The median of each tenth of a run, and its peak: flat means that the last are no more than the first. */
export const shapeOf = (samples: number[]): { tenths: number[]; peak: number } => ({
  tenths: Array.from({ length: 10 }, (_, i) =>
    rounded(median(samples.slice(Math.floor((i * samples.length) / 10), Math.ceil(((i + 1) * samples.length) / 10)))),
  ),
  peak: rounded(Math.max(0, ...samples)),
})
