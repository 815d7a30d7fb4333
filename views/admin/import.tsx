import type { Link } from '#src/hosts.ts'
import type { Import, ImportChange, ImportFile, ImportRefusal } from '#src/imports/import.ts'
import { Icon } from '#views/components/icon.tsx'
import { State, type Tone } from '#views/components/state.tsx'
import { Trail } from '#views/components/trail.tsx'
import { countOf, formatCount, formatInstantNear } from '#views/format.ts'
import { Changes } from './import-changes.tsx'
import { headingLabel } from './import-headings.ts'
import { IMPORT_KIND_WORDS } from './import-kinds.ts'
import { StaffPage, type StaffPageProps } from './layout.tsx'

type ProgressProps = {
  link: Link
  locale: string
  job: Import
  refusals: ImportRefusal[]
  /** How many refused rows there are beyond those listed. */
  moreRefusals: number
  /** The first rows of each kind that are new, that change, and lines that go. */
  changes: ImportChange[]
}

export const ImportPage = ({ shell, link, job, ...rest }: StaffPageProps & Omit<ProgressProps, 'locale'>) => (
  <StaffPage shell={shell} link={link} title="Import" current="imports">
    <div class="stack tight">
      <Trail href={link('/imports')}>Imports</Trail>
      <div>
        <h1>Import of {formatInstantNear(job.createdAt, shell.company.locale, shell.company.timeZone, shell.now)}</h1>
        <p class="soft whole">
          {job.names.length <= 3 ? job.names.join(', ') : countOf(job.names.length, 'file')}, by {job.by}
        </p>
      </div>
    </div>
    <p class="hide" role="status" id="import-said" />
    <Progress link={link} locale={shell.company.locale} job={job} {...rest} />
  </StaffPage>
)

/** What the page asks for again and again until all is done; then it also says so to those who don't see it. */
export const ImportProgress = ({ shell, ...props }: Omit<ProgressProps, 'locale'> & Pick<StaffPageProps, 'shell'>) => {
  const { locale } = shell.company
  const refused = `${formatCount(sumOf(props.job, 'refused'), locale)} rows refused.`
  const said = {
    planning: undefined,
    running: undefined,
    planned: `The files were looked at. ${refused}`,
    given: undefined,
    finished: `Import finished. ${refused}`,
  }
  const standing = standingOf(props.job)
  return (
    <>
      <Progress {...props} locale={locale} />
      {said[standing] !== undefined && (
        <hx-partial hx-target="#import-said" hx-swap="textContent">
          {said[standing]}
        </hx-partial>
      )}
    </>
  )
}

/** `given`: given up before anything was written. */
type Standing = 'planning' | 'planned' | 'running' | 'given' | 'finished'
const standingOf = ({ phase, finishedAt }: Import): Standing => {
  if (finishedAt !== null) return phase === 'running' ? 'finished' : 'given'
  return phase === 'planned' || phase === 'running' ? phase : 'planning'
}

const TITLES: Record<Standing, string> = {
  planning: 'Looking at the files',
  planned: 'What would happen',
  running: 'Working through the files',
  given: 'Given up',
  finished: 'Finished',
}

const Progress = ({ link, locale, job, refusals, moreRefusals, changes }: ProgressProps) => {
  const standing = standingOf(job)
  const isLookedAt = standing === 'planning' || standing === 'planned'
  const isMoving = standing === 'planning' || standing === 'running'
  const isStopped = standing === 'finished' && job.files.some(({ state }) => state === 'stopped')
  const address = link(`/imports/${job.id}`)
  const polling = isMoving ? { 'hx-get': address, 'hx-trigger': 'every 1s', 'hx-swap': 'outerHTML' } : {}
  return (
    <div id="progress" class="stack" data-state={isMoving ? 'running' : standing === 'planned' ? 'planned' : 'finished'} data-phase={job.phase} {...polling}>
      {standing === 'planned' && <Question link={link} job={job} locale={locale} />}
      {standing === 'given' && <p class="note">This import was given up before anything was written.</p>}
      <dl class="tiles four">
        {COUNTS.map(({ key, label }) => (
          <div class={key === 'refused' && sumOf(job, key) > 0 ? 'bad' : undefined}>
            <dt>{label}</dt>
            <dd>{formatCount(sumOf(job, key), locale)}</dd>
          </div>
        ))}
      </dl>
      <section class="card file-card">
        <header>
          <h2>{isStopped ? 'Stopped' : TITLES[standing]}</h2>
          {isMoving && (
            <div class="row">
              <a class="button small" id="refresh" href={address}>
                Refresh
              </a>
              <form method="post" action={link(`/imports/${job.id}/stop`)}>
                <button class="button small" id="stop" type="submit" aria-describedby="stop-hint">
                  {standing === 'planning' ? 'Cancel' : 'Stop'}
                </button>
                <span class="hide" id="stop-hint">
                  {standing === 'planning' ? 'Nothing has been written yet.' : 'What was taken so far stays.'}
                </span>
              </form>
            </div>
          )}
        </header>
        <ul class="file-rows">
          {job.files.map((file) => (
            <FileRow file={file} locale={locale} isLookedAt={isLookedAt} />
          ))}
        </ul>
      </section>
      <Understood link={link} job={job} mayChange={isLookedAt} />
      {refusals.length > 0 && <Refused link={link} job={job} refusals={refusals} moreRefusals={moreRefusals} locale={locale} />}
      {!isMoving && job.files.map((file) => <Changes link={link} locale={locale} job={job} file={file} changes={changes} />)}
    </div>
  )
}

/** Nothing is written before somebody says so. */
const Question = ({ link, job, locale }: Pick<ProgressProps, 'link' | 'job' | 'locale'>) => {
  const good = sumOf(job, 'created') + sumOf(job, 'changed') + sumOf(job, 'unchanged')
  return (
    <form class="card question" method="post" action={link(`/imports/${job.id}/start`)}>
      <div class="body">
        <p>
          <b>Nothing has been written yet.</b>{' '}
          {good === 0 ? 'No row can be taken as it is.' : 'Look at what would happen below, then import, or change what the columns mean.'}
          {sumOf(job, 'refused') > 0 && good > 0 && ' Refused rows are left out; mend them and import them later.'}
        </p>
        <input type="hidden" name="plan" value={String(job.movedAt)} />
        <div class="row turned">
          <button class="button main" type="submit" disabled={good === 0}>
            Import {formatCount(good, locale)} {good === 1 ? 'row' : 'rows'}
          </button>
          <button class="button" type="submit" formaction={link(`/imports/${job.id}/stop`)}>
            Cancel
          </button>
        </div>
      </div>
    </form>
  )
}

const NUMBERS = { '.': '1,234.50 is one thousand two hundred …', ',': '1.234,50 is one thousand two hundred …' }
const DAYS = { dmy: '03/11/2026 is 3 November 2026', mdy: '03/11/2026 is 11 March 2026' }

/** How the files were read, as far as it doesn't go without saying. */
const Understood = ({ link, job, mayChange }: Pick<ProgressProps, 'link' | 'job'> & { mayChange: boolean }) => {
  const sources = [...Map.groupBy(job.files, ({ source }) => source).values()]
  const isPlain = sources.every((files) => stylesOf(files).length + namedOf(files).length === 0)
  if (isPlain && !mayChange) return null
  return (
    <section class="card understood">
      <header>
        <h2>Understood as</h2>
        {mayChange && <a href={link(`/imports/${job.id}/columns`)}>Change</a>}
      </header>
      <div class="body stack">
        {isPlain && <p class="soft">Columns by their own names, numbers such as 1234.50, days such as 2026-03-31.</p>}
        {!isPlain && sources.map((files) => <Source files={files} isAlone={sources.length === 1} />)}
      </div>
    </section>
  )
}

const Source = ({ files, isAlone }: { files: ImportFile[]; isAlone: boolean }) => {
  const [styles, named] = [stylesOf(files), namedOf(files)]
  if (styles.length + named.length === 0) return null
  return (
    <div>
      {!isAlone && <h3 class="whole">{files[0]?.name}</h3>}
      {styles.length > 0 && (
        <dl class="facts">
          {styles.map(({ what, is }) => (
            <div>
              <dt>{what}</dt>
              <dd>{is}</dd>
            </div>
          ))}
        </dl>
      )}
      {named.length > 0 && (
        <details class="source" open={named.length <= 6}>
          <summary>{countOf(named.length, 'column')} by other names</summary>
          <ul class="named-columns">
            {named.map(({ what, is }) => (
              <li class="whole">
                <span class="soft">{what}</span> {is}
              </li>
            ))}
          </ul>
        </details>
      )}
    </div>
  )
}

type Fact = { what: string; is: string }
const stylesOf = ([file]: ImportFile[]): Fact[] => [
  ...(file?.mapping.decimal ? [{ what: 'Numbers', is: NUMBERS[file.mapping.decimal] }] : []),
  ...(file?.mapping.days ? [{ what: 'Days', is: DAYS[file.mapping.days] }] : []),
]

/** Columns that are called otherwise than here, and what stands for all rows. */
const namedOf = (files: ImportFile[]): Fact[] =>
  files.flatMap(({ kind, mapping, headings }) => {
    const named = (column: string) => `“${headings.find((each) => each.toLowerCase() === column) ?? column}”`
    const of = files.length > 1 ? ` of ${IMPORT_KIND_WORDS[kind].title.toLowerCase()}` : ''
    return Object.entries(mapping.origins).flatMap(([heading, from]) => {
      const is = headingLabel(heading) + of
      if ('text' in from) return [{ what: `“${from.text}” for all rows`, is }]
      if (from.less !== undefined) return [{ what: `${named(from.column)} less ${named(from.less)}`, is }]
      return from.column === heading ? [] : [{ what: named(from.column), is }]
    })
  })

const COUNTS = [
  { key: 'created', label: 'New' },
  { key: 'changed', label: 'Changed' },
  { key: 'unchanged', label: 'As they are' },
  { key: 'refused', label: 'Refused' },
] as const
type Counted = (typeof COUNTS)[number]['key']

const sumOf = ({ files }: Import, key: Counted) => files.reduce((sum, file) => sum + file[key], 0)

const FILE_WORDS: Record<ImportFile['state'], { word: string; tone: Tone }> = {
  waiting: { word: 'Waiting', tone: 'none' },
  reading: { word: 'Reading', tone: 'wait' },
  checking: { word: 'Checking', tone: 'wait' },
  done: { word: 'Done', tone: 'good' },
  refused: { word: 'Refused', tone: 'bad' },
  stopped: { word: 'Stopped', tone: 'none' },
}

const LOOKED_AT = { word: 'Looked at', tone: 'none' } as const

/** @param isLookedAt nothing of it is written yet */
const FileRow = ({ file, locale, isLookedAt }: { file: ImportFile; locale: string; isLookedAt: boolean }) => {
  const { word, tone } = isLookedAt && file.state === 'done' ? LOOKED_AT : FILE_WORDS[file.state]
  return (
    <li data-kind={file.kind} data-created={file.created} data-changed={file.changed} data-unchanged={file.unchanged} data-refused={file.refused}>
      <div class="about">
        <b>{IMPORT_KIND_WORDS[file.kind].title}</b>
        <small class="whole">{file.name}</small>
      </div>
      <State tone={tone}>{word}</State>
      <progress
        max={Math.max(1, file.size)}
        value={file.state === 'done' ? Math.max(1, file.size) : file.bytesRead}
        aria-label={`${IMPORT_KIND_WORDS[file.kind].title}: how far it is read`}
      />
      <p class="soft counts">{file.problem ?? countWords(file, locale)}</p>
    </li>
  )
}

/** "312 new · 41 changed": only what is there. */
const countWords = (file: ImportFile, locale: string): string =>
  COUNTS.filter(({ key }) => file[key] > 0)
    .map(({ key, label }) => `${formatCount(file[key], locale)} ${label.toLowerCase()}`)
    .concat(file.removed > 0 ? [`${formatCount(file.removed, locale)} lines go`] : [])
    .join(' · ') || (file.state === 'done' ? 'no rows' : ' ')

const Refused = ({ link, job, refusals, moreRefusals, locale }: Omit<ProgressProps, 'changes'>) => (
  <section class="card sheet cards placed refused">
    <header>
      <h2>Refused rows</h2>
      <small>These rows were not taken. Correct them in your files, or in a file of them alone, then import that.</small>
    </header>
    {(job.finishedAt !== null || job.phase === 'planned') && (
      <p class="body row">
        {job.files
          .filter(
            ({ refused, source }, i, files) => refused > 0 && !files.slice(0, i).some((other) => other.refused > 0 && source > 0 && other.source === source),
          )
          .map(({ kind, name }) => (
            <a class="button small" href={link(`/imports/${job.id}/refused.csv?kind=${kind}`)}>
              <Icon name="download" size={16} />
              Refused rows of {name}
            </a>
          ))}
      </p>
    )}
    <table>
      <caption class="hide">Refused rows</caption>
      <thead>
        <tr>
          <th scope="col">File</th>
          <th scope="col" class="num">
            Line
          </th>
          <th scope="col">Column</th>
          <th scope="col">Why</th>
        </tr>
      </thead>
      <tbody>
        {refusals.map(({ fileName, line, column, reason }) => (
          <tr>
            <td class="file">{fileName}</td>
            <td class="num at">{line}</td>
            <td class="where">
              <code>{column}</code>
            </td>
            <td class="reason">{reason}</td>
          </tr>
        ))}
      </tbody>
    </table>
    {moreRefusals > 0 && <p class="body soft">and {formatCount(moreRefusals, locale)} more</p>}
  </section>
)
