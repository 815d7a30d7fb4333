import { readdirSync, readFileSync } from 'node:fs'

/**
 * What the process that runs the Worker holds, in MB, as long as it is watched: its own memory, without the pages of
 * files, which the database grows by whatever is done with it.
 */
export type Watch = { samples: number[]; end: () => void }

/** The largest of a group: wrangler is in it too, and its proxy. */
const residentOf = (group: number): number => {
  let largest = 0
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue
    try {
      // pid (comm) state ppid pgrp …: the name may hold spaces.
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8')
      if (!stat.includes('(workerd)') || Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[2]) !== group) continue
      const kilobytes = Number(/RssAnon:\s+(\d+)/.exec(readFileSync(`/proc/${name}/status`, 'utf8'))?.[1] ?? 0)
      largest = Math.max(largest, kilobytes / 1024)
    } catch {
      // It ended while it was looked at.
    }
  }
  return largest
}

export const watchMemory = (group: () => number | undefined): Watch => {
  const samples: number[] = []
  const timer = setInterval(() => {
    const now = residentOf(group() ?? -1)
    if (now > 0) samples.push(now)
  }, 500)
  return { samples, end: () => clearInterval(timer) }
}

const median = (values: number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0

/** The median of each tenth of a run, and its peak: flat means that the last are no more than the first. */
export const shapeOf = (samples: number[]): { tenths: number[]; peak: number } => ({
  tenths: Array.from({ length: 10 }, (_, i) =>
    Math.round(median(samples.slice(Math.floor((i * samples.length) / 10), Math.ceil(((i + 1) * samples.length) / 10)))),
  ),
  peak: Math.round(Math.max(0, ...samples)),
})
