import type { Link } from '#src/hosts.ts'
import type { Import, ImportChange, ImportFile } from '#src/imports/import.ts'
import { Trail } from '#views/components/trail.tsx'
import { formatCount, formatInstantNear } from '#views/format.ts'
import { changeText, headingLabel } from './import-headings.ts'
import { IMPORT_KIND_WORDS } from './import-kinds.ts'
import { StaffPage, type StaffPageProps } from './layout.tsx'

type ImportChangesPageProps = StaffPageProps & { job: Import; file: ImportFile; changes: ImportChange[] }

/** What a file changes, or changed, row by row. */
export const ImportChangesPage = ({ shell, link, job, file, changes }: ImportChangesPageProps) => (
  <StaffPage shell={shell} link={link} title={`Changes: ${IMPORT_KIND_WORDS[file.kind].title}`} current="imports">
    <div class="stack tight">
      <Trail
        href={link(`/imports/${job.id}`)}
      >{`Import of ${formatInstantNear(job.createdAt, shell.company.locale, shell.company.timeZone, shell.now)}`}</Trail>
      <h1>{IMPORT_KIND_WORDS[file.kind].title}</h1>
    </div>
    <Changes link={link} locale={shell.company.locale} job={job} file={file} changes={changes} isAll />
  </StaffPage>
)

type ChangesProps = { link: Link; locale: string; job: Import; file: ImportFile; changes: ImportChange[]; isAll?: boolean }

/** The first rows of a file that change, that are new, and lines that go; or all that are kept. */
export const Changes = ({ link, locale, job, file, changes, isAll = false }: ChangesProps) => {
  const title = IMPORT_KIND_WORDS[file.kind].title.toLowerCase()
  const of = (outcome: ImportChange['outcome']) => changes.filter((change) => change.kind === file.kind && change.outcome === outcome)
  const changed = of('changed')
  return (
    <>
      {changed.length > 0 && (
        <section class="card sheet cards placed changes">
          <header>
            <h2>Changed · {title}</h2>
            {changed.length < file.changed &&
              (isAll ? (
                <small>{`the first ${formatCount(changed.length, locale)} of ${formatCount(file.changed, locale)}`}</small>
              ) : (
                <a href={link(`/imports/${job.id}/changes?kind=${file.kind}`)}>All {formatCount(file.changed, locale)}</a>
              ))}
          </header>
          <table>
            <caption class="hide">Rows that change</caption>
            <thead>
              <tr>
                <th scope="col">Row</th>
                <th scope="col">What</th>
              </tr>
            </thead>
            <tbody>
              {changed.map((change) => (
                <tr>
                  <td class="name">
                    {change.key}
                    {change.label !== change.key && <small>{change.label}</small>}
                  </td>
                  <td class="what">
                    <Fields change={change} locale={locale} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
      <Named title={`New · ${title}`} rows={of('created')} total={file.created} locale={locale} />
      <Named
        title={file.kind === 'payments' ? 'Replaced by payments of their own' : `No longer in their documents · ${title}`}
        rows={of('removed')}
        total={file.removed}
        locale={locale}
      />
    </>
  )
}

/** Rows that there is no more to say of than what they are. */
const Named = ({ title, rows, total, locale }: { title: string; rows: ImportChange[]; total: number; locale: string }) => {
  if (rows.length === 0) return null
  return (
    <section class="card named">
      <header>
        <h2>{title}</h2>
      </header>
      <ul class="body">
        {rows.map(({ key, label }) => (
          <li class="whole">
            {key}
            {label !== key && <span class="soft"> {label}</span>}
          </li>
        ))}
        {rows.length < total && <li class="soft">and {formatCount(total - rows.length, locale)} more</li>}
      </ul>
    </section>
  )
}

const Fields = ({ change, locale }: { change: ImportChange; locale: string }) => (
  <ul class="plain">
    {change.fields.map(({ heading, was, is }) => (
      <li>
        {headingLabel(heading)} <span class="hide">was </span>
        <span class="was">{changeText(was, heading, change.currencyWas, locale) ?? 'none'}</span>
        <span class="hide">, becomes </span> {changeText(is, heading, change.currency, locale) ?? 'none'}
      </li>
    ))}
  </ul>
)
