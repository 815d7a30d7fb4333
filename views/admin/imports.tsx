import type { ImportKind } from '#src/db/schema/imports.ts'
import type { Import } from '#src/imports/import.ts'
import { Icon } from '#views/components/icon.tsx'
import { State } from '#views/components/state.tsx'
import { countOf, formatCount, formatInstantNear } from '#views/format.ts'
import { IMPORT_KIND_WORDS } from './import-kinds.ts'
import { StaffPage, type StaffPageProps } from './layout.tsx'

/** @param problem why the last upload was not taken */
type Headings = { kind: ImportKind; headings: string[] }[]
type ImportsPageProps = StaffPageProps & {
  imports: Import[]
  /** What makes a file of each kind known. */
  headings: Headings
  problem?: string | undefined
}

export const ImportsPage = ({ shell, link, imports, headings, problem }: ImportsPageProps) => (
  <StaffPage shell={shell} link={link} title="Imports" current="imports">
    <div class="head">
      <div>
        <h1>Imports</h1>
        <p class="soft">Your clients and their books, from CSV files.</p>
      </div>
      <a class="button" href={link('/imports/pdfs')}>
        PDFs of invoices
      </a>
    </div>
    <div class="split even">
      <div class="stack">
        <UploadForm link={link} problem={problem} />
        <EarlierImports shell={shell} link={link} imports={imports} />
      </div>
      <aside class="stack">
        <Formats headings={headings} />
      </aside>
    </div>
  </StaffPage>
)

const UploadForm = ({ link, problem }: Pick<StaffPageProps, 'link'> & { problem: string | undefined }) => (
  <form class="card upload" method="post" action={link('/imports')} enctype="multipart/form-data" data-parts={link('/imports/uploads')}>
    <div class="body stack">
      <div class={problem ? 'field wrong' : 'field'}>
        <label for="files">CSV files</label>
        <div class="drop">
          <Icon name="import" size={24} />
          <input
            id="files"
            name="files"
            type="file"
            multiple
            required
            accept=".csv,.tsv,.txt,text/csv,text/tab-separated-values,text/plain"
            aria-describedby={problem ? 'files-why files-hint' : 'files-hint'}
          />
          <small id="files-hint">
            One file or several together, up to 200 MB each. You see what would happen before anything is written; nothing is ever deleted.
          </small>
        </div>
        {problem && (
          <p class="why" id="files-why" role="alert">
            {problem}
          </p>
        )}
      </div>
      <div>
        <button class="button main" type="submit">
          Upload
        </button>{' '}
        <span class="soft" role="status" />
      </div>
    </div>
  </form>
)

const Formats = ({ headings }: { headings: Headings }) => (
  <section class="card formats">
    <header>
      <h2>The nine kinds of files</h2>
    </header>
    <div class="body stack">
      <p class="soft">
        A file with these headings is known by them. Exports of other programs, such as Xero, QuickBooks and Zoho, are understood as far as they can be, and
        shown to you before anything is taken.
      </p>
      <div>
        {headings.map(({ kind, headings: own }) => (
          <details>
            <summary>{IMPORT_KIND_WORDS[kind].title}</summary>
            <p class="soft">{IMPORT_KIND_WORDS[kind].row}</p>
            <p class="headings">
              {own.map((heading) => (
                <>
                  <code>{heading}</code>{' '}
                </>
              ))}
            </p>
          </details>
        ))}
      </div>
    </div>
  </section>
)

const EarlierImports = ({ shell, link, imports }: StaffPageProps & { imports: Import[] }) => (
  <section class="card sheet cards placed">
    <header>
      <h2>Earlier imports</h2>
    </header>
    {imports.length === 0 ? (
      <p class="body soft">None yet. The first one shows up here.</p>
    ) : (
      <table>
        <caption class="hide">Earlier imports, newest first</caption>
        <thead>
          <tr>
            <th scope="col">When</th>
            <th scope="col">State</th>
            <th scope="col">Files</th>
            <th scope="col" class="num">
              Rows
            </th>
          </tr>
        </thead>
        <tbody>
          {imports.map((job) => (
            <tr>
              <td class="name">
                <a href={link(`/imports/${job.id}`)}>
                  <time datetime={new Date(job.createdAt).toISOString()}>
                    {formatInstantNear(job.createdAt, shell.company.locale, shell.company.timeZone, shell.now)}
                  </time>
                </a>
                <small>by {job.by}</small>
              </td>
              <td class="how">{stateOf(job)}</td>
              <td class="when">{countOf(job.names.length, 'file')}</td>
              <td class="num sum">
                {formatCount(rowsOf(job), shell.company.locale)}
                {refusedOf(job) > 0 && <small class="bad-text">{formatCount(refusedOf(job), shell.company.locale)} refused</small>}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    )}
  </section>
)

const stateOf = (job: Import) => {
  if (job.finishedAt !== null && job.phase !== 'running') return <State tone="none">Given up</State>
  if (job.phase === 'asking' || job.phase === 'planned') return <State tone="wait">Waits for you</State>
  if (job.finishedAt === null) return <State tone="wait">{job.phase === 'planning' ? 'Looked at' : 'Running'}</State>
  if (job.files.some(({ state }) => state === 'stopped')) return <State tone="none">Stopped</State>
  const isWhole = job.files.every(({ state, refused }) => state === 'done' && refused === 0)
  return isWhole ? <State tone="good">Finished</State> : <State tone="bad">With refusals</State>
}

const refusedOf = ({ files }: Import) => files.reduce((sum, { refused }) => sum + refused, 0)
const rowsOf = ({ files }: Import) => files.reduce((sum, { created, changed, unchanged, refused }) => sum + created + changed + unchanged + refused, 0)
