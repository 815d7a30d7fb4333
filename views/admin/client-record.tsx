import type { Client } from '#src/clients/client.ts'
import type { ClientRecord, RecordField } from '#src/clients/record.ts'
import { Trail } from '#views/components/trail.tsx'
import { decimalText, placesOf } from '#views/decimal.ts'
import { StaffPage, type StaffPageProps } from './layout.tsx'
import { RECORD_LABELS } from './record-words.ts'

type ClientRecordPageProps = StaffPageProps & {
  id: string
  typed: Record<RecordField, string>
  problems: Partial<Record<RecordField, string>>
  /** As it stands; without it the client is yet to be added. */
  stored?: Client | undefined
  locales: readonly string[]
  /** Why nothing was saved, though each field is right. */
  conflict?: string | undefined
}

/** A field's value as it is typed, and as the log says it. */
export const recordText = (record: Pick<ClientRecord, RecordField>, field: RecordField): string => {
  if (field !== 'creditLimit') return record[field] ?? ''
  return record.creditLimit === null ? '' : decimalText(record.creditLimit, placesOf(record.currency) ?? 2)
}

type FieldsProps = Pick<ClientRecordPageProps, 'typed' | 'problems'>

export const ClientRecordPage = ({ shell, link, id, typed, problems, stored, locales, conflict }: ClientRecordPageProps) => {
  const isChanged = conflict !== undefined || Object.keys(problems).length > 0
  const back = stored ? link(`/clients/${id}`) : link('/clients')
  const fields = { typed, problems }
  return (
    <StaffPage shell={shell} link={link} title={stored ? `${stored.name} · Edit` : 'Add client'} current="clients">
      <Trail href={back}>{stored ? stored.name : 'Clients'}</Trail>
      <form
        class="stack settings"
        method="post"
        action={stored ? link(`/clients/${id}/edit`) : link('/clients/new')}
        novalidate
        data-unsaved={isChanged ? 'yes' : ''}
      >
        <input type="hidden" name="form" value="client" />
        {stored ? <input type="hidden" name="version" value={String(stored.updatedAt)} /> : <input type="hidden" name="id" value={id} />}
        <div class="head">
          <h1>{stored ? 'Edit client' : 'Add client'}</h1>
          <div class="row">
            <span class="soft" role="status">
              <span data-unsaved-note hidden={!isChanged}>
                Not saved yet
              </span>
            </span>
            <span class="row">
              <a class="button" href={back}>
                Cancel
              </a>
              <button class="button main" type="submit">
                {stored ? 'Save' : 'Add client'}
              </button>
            </span>
          </div>
        </div>
        {isChanged && (
          <p class="note bad" role="alert">
            {conflict ?? 'Nothing was saved. See below what has to be mended.'}
          </p>
        )}
        <div class="split halves">
          <section class="card" aria-label="Who it is">
            <div class="body stack">
              <Line {...fields} field="name" hint="As it stands on its invoices." />
              <Line {...fields} field="code" hint="Its key in the files of imports, too: there it is the external_id." />
              <Choice {...fields} field="status" choices={STATUSES} hint="An inactive client can still sign in, but is left out of bulk invitations." />
              <Line
                {...fields}
                field="email"
                type="email"
                hint={
                  stored
                    ? 'Invitations go there. When it changes, an open invitation to the old address ends; a login that is active stays.'
                    : 'Invitations go there. Nobody is invited by adding a client.'
                }
              />
              <Line {...fields} field="phone" type="tel" />
              <Choice
                {...fields}
                field="language"
                choices={[{ value: '', label: `As for the company, ${shell.company.locale}` }, ...locales.map((value) => ({ value, label: value }))]}
                hint="How they are written in its portal and on its documents."
              />
            </div>
          </section>
          <div class="stack">
            <section class="card" aria-label="Where it is">
              <div class="body stack">
                <Line {...fields} field="address1" />
                <Line {...fields} field="address2" />
                <Line {...fields} field="postalCode" />
                <Line {...fields} field="city" />
                <Line {...fields} field="region" />
                <Line {...fields} field="country" />
              </div>
            </section>
            <section class="card" aria-label="Money">
              <div class="body stack">
                <Line {...fields} field="currency" hint="Three letters, such as EUR. What is stored already is not converted." />
                <Line {...fields} field="creditLimit" hint="In that currency, such as 5000.00. Empty: no limit." />
              </div>
            </section>
          </div>
        </div>
      </form>
    </StaffPage>
  )
}

type FieldProps = FieldsProps & { field: RecordField; hint?: string; children?: unknown }

const described = ({ field, problems, hint }: FieldProps) => {
  const ids = [...(problems[field] === undefined ? [] : [`${field}-problem`]), ...(hint === undefined ? [] : [`${field}-hint`])]
  return { ...(ids.length > 0 && { 'aria-describedby': ids.join(' ') }), ...(problems[field] !== undefined && { 'aria-invalid': 'true' as const }) }
}

const Field = ({ field, problems, hint, children }: FieldProps) => (
  <div class={problems[field] === undefined ? 'field' : 'field wrong'}>
    <label for={field}>{RECORD_LABELS[field]}</label>
    {children}
    {problems[field] && (
      <small class="why" id={`${field}-problem`}>
        {problems[field]}
      </small>
    )}
    {hint && (
      <small class="soft" id={`${field}-hint`}>
        {hint}
      </small>
    )}
  </div>
)

const Line = ({ type = 'text', ...field }: FieldProps & { type?: 'text' | 'email' | 'tel' }) => (
  <Field {...field}>
    <input class="input" id={field.field} name={field.field} type={type} value={field.typed[field.field]} autocomplete="off" {...described(field)} />
  </Field>
)

const STATUSES = [
  { value: 'active', label: 'Active' },
  { value: 'inactive', label: 'Inactive' },
]

const Choice = ({ choices, ...field }: FieldProps & { choices: { value: string; label: string }[] }) => (
  <Field {...field}>
    <select class="input" id={field.field} name={field.field} {...described(field)}>
      {choices.map(({ value, label }) => (
        <option value={value} selected={field.typed[field.field] === value}>
          {label}
        </option>
      ))}
    </select>
  </Field>
)
