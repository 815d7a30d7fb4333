import type { Link } from '#src/hosts.ts'
import type { Import, ImportFile, ImportRefusal } from '#src/imports/import.ts'
import { Icon } from '#views/components/icon.tsx'
import { State, type Tone } from '#views/components/state.tsx'
import { Trail } from '#views/components/trail.tsx'
import { countOf, formatCount, formatInstantNear } from '#views/format.ts'
import { IMPORT_KIND_WORDS } from './import-kinds.ts'
import { StaffPage, type StaffPageProps } from './layout.tsx'

type ProgressProps = {
  link: Link
  locale: string
  job: Import
  refusals: ImportRefusal[]
  /** How many refused rows there are beyond those listed. */
  moreRefusals: number
}

export const ImportPage = ({ shell, link, job, refusals, moreRefusals }: StaffPageProps & Omit<ProgressProps, 'locale'>) => (
  <StaffPage shell={shell} link={link} title="Import" current="imports">
    <div class="stack tight">
      <Trail href={link('/imports')}>Imports</Trail>
      <div>
        <h1>Import of {formatInstantNear(job.createdAt, shell.company.locale, shell.company.timeZone, shell.now)}</h1>
        <p class="soft">
          {countOf(job.files.length, 'file')}, by {job.by}
        </p>
      </div>
    </div>
    <p class="hide" role="status" id="import-said" />
    <Progress link={link} locale={shell.company.locale} job={job} refusals={refusals} moreRefusals={moreRefusals} />
  </StaffPage>
)

/** What the page asks for again and again until all is done; then it also says so to those who don't see it. */
export const ImportProgress = ({ shell, ...props }: Omit<ProgressProps, 'locale'> & Pick<StaffPageProps, 'shell'>) => (
  <>
    <Progress {...props} locale={shell.company.locale} />
    {props.job.finishedAt !== null && (
      <hx-partial hx-target="#import-said" hx-swap="textContent">
        Import finished. {formatCount(sumOf(props.job, 'refused'), shell.company.locale)} rows refused.
      </hx-partial>
    )}
  </>
)

const Progress = ({ link, locale, job, refusals, moreRefusals }: ProgressProps) => {
  const isFinished = job.finishedAt !== null
  const isStopped = job.files.some(({ state }) => state === 'stopped')
  const address = link(`/imports/${job.id}`)
  const polling = isFinished ? {} : { 'hx-get': address, 'hx-trigger': 'every 1s', 'hx-swap': 'outerHTML' }
  return (
    <div id="progress" class="stack" data-state={isFinished ? 'finished' : 'running'} {...polling}>
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
          <h2>{isFinished ? (isStopped ? 'Stopped' : 'Finished') : 'Working through the files'}</h2>
          {!isFinished && (
            <div class="row">
              <a class="button small" id="refresh" href={address}>
                Refresh
              </a>
              <form method="post" action={link(`/imports/${job.id}/stop`)}>
                <button class="button small" id="stop" type="submit" aria-describedby="stop-hint">
                  Stop
                </button>
                <span class="hide" id="stop-hint">
                  What was taken so far stays.
                </span>
              </form>
            </div>
          )}
        </header>
        <ul class="file-rows">
          {job.files.map((file) => (
            <FileRow file={file} locale={locale} />
          ))}
        </ul>
      </section>
      {refusals.length > 0 && <Refused link={link} job={job} refusals={refusals} moreRefusals={moreRefusals} locale={locale} />}
    </div>
  )
}

const COUNTS = [
  { key: 'created', label: 'New' },
  { key: 'changed', label: 'Changed' },
  { key: 'unchanged', label: 'As they were' },
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

const FileRow = ({ file, locale }: { file: ImportFile; locale: string }) => {
  const { word, tone } = FILE_WORDS[file.state]
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
    .join(' · ') || (file.state === 'done' ? 'no rows' : ' ')

const Refused = ({ link, job, refusals, moreRefusals, locale }: ProgressProps) => (
  <section class="card sheet cards placed refused">
    <header>
      <h2>Refused rows</h2>
      <small>These rows were not taken. Correct them in your files, or in a file of them alone, then import that.</small>
    </header>
    {job.finishedAt !== null && (
      <p class="body row">
        {job.files
          .filter(({ refused }) => refused > 0)
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
