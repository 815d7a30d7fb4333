import type { ImportKind } from '#src/db/schema/imports.ts'
import type { ColumnProblems, FieldChoice, PartChoice, SourceChoice } from '#src/imports/columns.ts'
import { Trail } from '#views/components/trail.tsx'
import { formatDayLong } from '#views/format.ts'
import { headingLabel } from './import-headings.ts'
import { IMPORT_KIND_WORDS } from './import-kinds.ts'
import { StaffPage, type StaffPageProps } from './layout.tsx'

type ImportColumnsPageProps = StaffPageProps & { id: string; sources: SourceChoice[]; problems: ColumnProblems }

/** What the columns of the uploaded files mean, as they were understood, to be put right. */
export const ImportColumnsPage = ({ shell, link, id, sources, problems }: ImportColumnsPageProps) => {
  const isWrong = Object.keys(problems).length > 0
  return (
    <StaffPage shell={shell} link={link} title="Columns" current="imports">
      <Trail href={link('/imports')}>Imports</Trail>
      <form class="stack columns" method="post" action={link(`/imports/${id}/columns`)} novalidate>
        <input type="hidden" name="form" value="columns" />
        <div class="head">
          <div>
            <h1>What the columns mean</h1>
            <p class="soft">
              As far as it was understood. Put right what isn’t; nothing has been written yet. It is remembered for files with the same columns.
            </p>
          </div>
          {/* The first button is what Enter presses. */}
          <span class="row turned">
            <button class="button main" type="submit" name="do" value="look">
              Show what would happen
            </button>
            <button class="button" type="submit" formaction={link(`/imports/${id}/stop`)}>
              Cancel
            </button>
          </span>
        </div>
        {isWrong && (
          <p class="note bad" role="alert">
            Something has to be said below before the files can be read.
          </p>
        )}
        {sources.map((source) => (
          <SourceCard source={source} problems={problems} locale={shell.company.locale} />
        ))}
      </form>
    </StaffPage>
  )
}

type Shown<T> = T & { problems: ColumnProblems; locale: string }

const SourceCard = ({ source, problems, locale }: Shown<{ source: SourceChoice }>) => (
  <section class="card column-source" aria-label={source.name}>
    <header>
      <h2 class="whole">{source.name}</h2>
      <button class="button small" type="submit" name="do" value="again">
        Look again
      </button>
    </header>
    <div class="body stack">
      {problems[source.number] && <Why id={`f${source.number}`}>{problems[source.number]}</Why>}
      {(source.decimal.isThere || source.days.isThere) && (
        <div class="written">
          {source.decimal.isThere && (
            <Ways
              name={`${source.number}.decimal`}
              legend="Numbers"
              ways={[
                { value: '.', label: '1,234.50' },
                { value: ',', label: '1.234,50' },
              ]}
              chosen={source.decimal.chosen}
              unclear={source.decimal.unclear}
              problem={problems[`${source.number}.decimal`]}
            />
          )}
          {source.days.isThere && (
            <Ways
              name={`${source.number}.days`}
              legend="Days"
              ways={[
                { value: 'dmy', label: '31/03/2026' },
                { value: 'mdy', label: '03/31/2026' },
              ]}
              chosen={source.days.chosen}
              unclear={source.days.unclear}
              problem={problems[`${source.number}.days`]}
            />
          )}
        </div>
      )}
    </div>
    {source.parts.map((part, i) => (
      <Part source={source} part={part} name={`${source.number}.${i}`} isFirst={i === 0} problems={problems} locale={locale} />
    ))}
    <div class="body">
      <KindField
        name={`${source.number}.${source.parts.length}`}
        label={source.parts.length === 0 ? 'This file holds' : 'It also holds'}
        none={source.parts.length === 0 ? 'Leave this file out' : 'nothing else'}
      />
    </div>
  </section>
)

type WaysProps = {
  name: string
  legend: string
  ways: { value: string; label: string }[]
  chosen: string | null
  unclear: string[]
  problem: string | undefined
}

/** Two ways of writing the same: which is this file's. */
const Ways = ({ name, legend, ways, chosen, unclear, problem }: WaysProps) => (
  <fieldset class={problem ? 'field ways wrong' : 'field ways'} aria-describedby={problem || unclear.length > 0 ? `${name}-why` : undefined}>
    <legend>{legend} are written</legend>
    {ways.map(({ value, label }) => (
      <label class="way">
        <input type="radio" name={name} value={value} checked={chosen === value} />
        {label}
      </label>
    ))}
    <small class={problem ? 'why' : 'soft'} id={`${name}-why`}>
      {problem}
      {problem && unclear.length > 0 && ' '}
      {unclear.length > 0 && `In this file ${unclear.map((text) => `“${text}”`).join(', ')} can be read in two ways.`}
    </small>
  </fieldset>
)

const Part = ({ source, part, name, isFirst, problems, locale }: Shown<{ source: SourceChoice; part: PartChoice; name: string; isFirst: boolean }>) => {
  const rest = part.fields.filter(({ heading, isNeeded, origin }) => !isNeeded && !origin && !problems[`${name}.${heading}`])
  const rows = (fields: FieldChoice[]) =>
    fields.map((field) => (
      <FieldRow source={source} field={field} name={`${name}.${field.heading}`} problem={problems[`${name}.${field.heading}`]} locale={locale} />
    ))
  const what = IMPORT_KIND_WORDS[part.kind].title.toLowerCase()
  return (
    <div class="part">
      <div class="body">
        <KindField
          name={name}
          label={isFirst ? 'This file holds' : 'It also holds'}
          kind={part.kind}
          none={isFirst ? 'Leave this out' : 'Leave these out'}
          problem={problems[`${name}.kind`]}
        />
      </div>
      <table class="mapped">
        <caption class="hide">Columns of {what}</caption>
        <MappedHead />
        <tbody>{rows(part.fields.filter((field) => !rest.includes(field)))}</tbody>
      </table>
      {rest.length > 0 && (
        <details class="source">
          <summary>{rest.length === 1 ? 'One more that the file doesn’t have' : `${rest.length} more that the file doesn’t have`}</summary>
          <table class="mapped">
            <caption class="hide">More columns of {what}</caption>
            <MappedHead />
            <tbody>{rows(rest)}</tbody>
          </table>
        </details>
      )}
    </div>
  )
}

const MappedHead = () => (
  <thead>
    <tr>
      <th scope="col">Here</th>
      <th scope="col">Column of the file</th>
      <th scope="col">For example</th>
    </tr>
  </thead>
)

const KINDS = Object.keys(IMPORT_KIND_WORDS) as ImportKind[]

const KindField = ({ name, label, kind, none, problem }: { name: string; label: string; kind?: ImportKind; none: string; problem?: string | undefined }) => (
  <div class={problem ? 'field wrong kind' : 'field kind'}>
    <label for={`${name}.kind`}>{label}</label>
    {kind && <input type="hidden" name={`${name}.was`} value={kind} />}
    <select class="input" id={`${name}.kind`} name={`${name}.kind`} data-resubmit aria-describedby={problem ? `${name}.kind-why` : undefined}>
      <option value="">{none}</option>
      {KINDS.map((each) => (
        <option value={each} selected={each === kind}>
          {IMPORT_KIND_WORDS[each].title}
        </option>
      ))}
    </select>
    {problem && <Why id={`${name}.kind`}>{problem}</Why>}
  </div>
)

type FieldRowProps = { source: SourceChoice; field: FieldChoice; name: string; problem: string | undefined; locale: string }

const FieldRow = ({ source, field, name, problem, locale }: FieldRowProps) => {
  const { heading, isNeeded, isSame, origin, example } = field
  const label = headingLabel(heading)
  const indexOf = (column: string) => source.headings.findIndex((each) => each.toLowerCase() === column)
  const isColumn = origin !== undefined && 'column' in origin
  return (
    <tr>
      <th scope="row">
        <label for={name}>{label}</label>
        {isNeeded && !isSame && <small>needed</small>}
      </th>
      <td class="from">
        <div class={problem ? 'field wrong' : 'field'}>
          <select class="input" id={name} name={name} aria-invalid={problem ? 'true' : undefined} aria-describedby={problem ? `${name}-why` : undefined}>
            <option value="">{isNeeded ? 'Choose …' : 'Not in this file'}</option>
            {isColumn && origin.less !== undefined && (
              <option value={`d:${indexOf(origin.column)}:${indexOf(origin.less)}`} selected>
                {source.headings[indexOf(origin.column)]} less {source.headings[indexOf(origin.less)]}
              </option>
            )}
            {isSame && (
              <option value="t" selected={origin !== undefined && 'text' in origin}>
                The same for all
              </option>
            )}
            {source.headings.map((column, i) =>
              column === '' ? null : (
                <option value={`c:${i}`} selected={isColumn && origin.less === undefined && indexOf(origin.column) === i}>
                  {column}
                </option>
              ),
            )}
          </select>
          {isSame && <SameText field={field} name={name} label={label} />}
          {problem && <Why id={name}>{problem}</Why>}
        </div>
      </td>
      <td class="example">
        {example && <Example example={example} heading={heading} locale={locale} />}
        {field.words.map(({ word, meaning }) => (
          <label class="word">
            <span class="whole">{word}</span>
            <select class="input small" name={`${name}.is.${word}`} aria-label={`What “${word}” means`}>
              <option value="">not known</option>
              {field.options.map((option) => (
                <option value={option} selected={option === meaning}>
                  {option}
                </option>
              ))}
            </select>
          </label>
        ))}
      </td>
    </tr>
  )
}

/** What stands for every row, where no column says it. */
const SameText = ({ field: { options, origin }, name, label }: { field: FieldChoice; name: string; label: string }) => {
  const text = origin && 'text' in origin ? origin.text : ''
  const named = { name: `${name}.text`, 'aria-label': `${label} of all rows` }
  if (options.length === 0) return <input class="input same" value={text} size={4} maxlength={10} autocomplete="off" {...named} />
  return (
    <select class="input same" {...named}>
      {options.map((option) => (
        <option value={option} selected={option === text}>
          {option}
        </option>
      ))}
    </select>
  )
}

const Example = ({ example: { text, meant, problem }, heading, locale }: { example: NonNullable<FieldChoice['example']>; heading: string; locale: string }) => {
  if (problem) return <span class="why">{problem}</span>
  const read = /^\d{4}-\d{2}-\d{2}$/.test(meant) && /_date$|_on$/.test(heading) ? formatDayLong(meant, locale) : meant
  return (
    <span class="whole">
      {text}
      {read !== text && <span class="soft"> is {read}</span>}
    </span>
  )
}

const Why = ({ id, children }: { id: string; children?: unknown }) => (
  <small class="why" id={`${id}-why`}>
    {children}
  </small>
)
