/**
 * Who may know whom: reads every import of src and views, and names those that the house doesn't allow.
 * Surfaces know rooms; rooms know activity, mail, the doors and the views, and of each other only types; nobody knows a surface.
 */
import { globSync, readFileSync } from 'node:fs'
import { join, normalize } from 'node:path'

type Kind = 'worker' | 'surface' | 'room' | 'ground' | 'db' | 'house' | 'views' | 'dist' | 'outside'
type Place = { kind: Kind; room: string }
export type Breach = { file: string; line: number; message: string }

const SURFACES = ['admin', 'portal']
/** What every room may stand on. */
const GROUND = ['activity', 'mail', 'pictures']

/** house: the files that lie directly in src (dates, ids, hosts, errors, …); dist: what the build writes. */
const MAY_USE: Record<Exclude<Kind, 'outside' | 'dist'>, Kind[]> = {
  worker: ['worker', 'house', 'surface', 'room', 'ground', 'db', 'views', 'dist'],
  surface: ['house', 'room', 'ground', 'db', 'views', 'dist'],
  room: ['house', 'ground', 'db', 'views', 'dist'],
  ground: ['house', 'db', 'views', 'dist'],
  house: ['house', 'db', 'views', 'dist'],
  db: ['house'],
  views: ['views', 'dist'],
}
/** Beyond that, types alone. */
const MAY_NAME: Partial<Record<Kind, Kind[]>> = {
  room: ['room'],
  ground: ['room', 'ground'],
  house: ['room', 'ground'],
  views: ['house', 'room', 'ground', 'db'],
}
/** The one room that calls its siblings. */
const MAY_CALL: Record<string, string[]> = { imports: ['access', 'billing', 'clients'] }

const placeOf = (path: string): Place => {
  const [top = '', second = '', ...deeper] = path.split('/')
  if (top === 'views' || top === 'dist') return { kind: top, room: top }
  if (top !== 'src') return { kind: 'outside', room: top }
  if (['src/worker.ts', 'src/surfaces.ts'].includes(path)) return { kind: 'worker', room: path.slice('src/'.length) }
  if (deeper.length === 0) return { kind: 'house', room: 'house' }
  if (SURFACES.includes(second)) return { kind: 'surface', room: second }
  if (GROUND.includes(second)) return { kind: 'ground', room: second }
  return { kind: second === 'db' ? 'db' : 'room', room: second }
}

type Import = { specifier: string; typesOnly: boolean; line: number }

const STATEMENT = /^(?:import|export)\s(?:(?<clause>[^'";]*?)\sfrom\s)?\s*['"](?<specifier>[^'"]+)['"]/gm
const CALL = /(?<type>typeof\s+)?\bimport\(\s*['"](?<specifier>[^'"]+)['"]\s*\)/g

const onlyTypes = (clause: string): boolean => {
  if (/^type\s/.test(clause)) return true
  const names = /^\{(?<names>[^}]*)\}$/.exec(clause.trim())?.groups?.names
  return names?.split(',').every((name) => name.trim() === '' || /^\s*type\s/.test(name)) ?? false
}

export const importsOf = (code: string): Import[] => {
  const found = (match: RegExpExecArray, typesOnly: boolean): Import => ({
    specifier: match.groups?.specifier ?? '',
    typesOnly,
    line: code.slice(0, match.index).split('\n').length,
  })
  return [
    ...[...code.matchAll(STATEMENT)].map((match) => found(match, onlyTypes(match.groups?.clause ?? ''))),
    ...[...code.matchAll(CALL)].map((match) => found(match, match.groups?.type !== undefined)),
  ]
}

/** Where an import leads within the project; undefined for packages. */
const targetOf = (file: string, specifier: string): string | undefined => {
  if (specifier.startsWith('#')) return specifier.slice(1)
  return specifier.startsWith('.') ? normalize(join(file, '..', specifier)) : undefined
}

const problemOf = (file: string, { specifier, typesOnly }: Import): string | undefined => {
  const target = targetOf(file, specifier)
  if (target === undefined) return undefined
  const [from, to] = [placeOf(file), placeOf(target)]
  if (specifier.startsWith('.') && file.split('/')[0] !== target.split('/')[0])
    return `write '#${target}': between top-level folders, imports are package imports`
  if (from.kind === 'outside' || from.kind === 'dist') return undefined
  if (from.kind === to.kind && from.room === to.room) return undefined
  if (MAY_USE[from.kind].includes(to.kind) || MAY_CALL[from.room]?.includes(to.room)) return undefined
  const nameable = MAY_NAME[from.kind]?.includes(to.kind) ?? false
  if (nameable && typesOnly) return undefined
  return nameable ? `${from.room} may know only types of ${to.room}` : `${from.room} may not know ${to.room}`
}

/** @param files path from the project's root → code */
export const breachesOf = (files: Map<string, string>): Breach[] =>
  [...files].flatMap(([file, code]) =>
    importsOf(code).flatMap((each) => {
      const message = problemOf(file, each)
      return message === undefined ? [] : [{ file, line: each.line, message }]
    }),
  )

if (import.meta.main) {
  const root = join(import.meta.dirname, '..')
  const paths = globSync('{src,views,test,tools,bench}/**/*.{ts,tsx}', { cwd: root })
  const breaches = breachesOf(new Map(paths.map((path) => [path, readFileSync(join(root, path), 'utf8')])))
  for (const { file, line, message } of breaches) console.error(`${file}:${line} ${message}`)
  if (paths.length === 0) throw new Error('no files found')
  if (breaches.length > 0) process.exitCode = 1
}
