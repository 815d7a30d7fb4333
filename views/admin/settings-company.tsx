import type { CompanyProblems, CompanyProfile, CompanySetting } from '#src/branding/company.ts'
import type { StaffPageProps } from './layout.tsx'
import { may } from './may.ts'
import { settingLabel } from './setting-words.ts'
import { SettingsFrame } from './settings-frame.tsx'
import { SaveHead } from './settings-save.tsx'

type CompanyProps = StaffPageProps & {
  /** As it is stored, or as it was typed. */
  profile: CompanyProfile
  /** Of the row that the form was made from. */
  version: number
  problems: CompanyProblems
  /** Why nothing was saved, though each field is right. */
  conflict?: string | undefined
  locales: readonly string[]
  timeZones: readonly string[]
  notice?: string | undefined
}

type FieldOf = Pick<CompanyProps, 'profile' | 'problems'> & { setting: CompanySetting; hint?: string }

/** Settings → Company. */
export const CompanySettingsPage = ({ shell, link, profile, version, problems, conflict, locales, timeZones, notice }: CompanyProps) => {
  const isChanged = conflict !== undefined || Object.keys(problems).length > 0
  const mayChange = may(shell.role, 'owner')
  const field = { profile, problems }
  return (
    <SettingsFrame shell={shell} link={link} tab="company" notice={notice}>
      <form class="stack settings" method="post" action={link('/settings/company')} novalidate data-unsaved={isChanged ? 'yes' : ''}>
        <input type="hidden" name="form" value="company" />
        <input type="hidden" name="version" value={String(version)} />
        <SaveHead
          title="Company"
          text={`Who ${shell.company.name} is, on pages, in mails and on documents.`}
          mayChange={mayChange}
          isChanged={isChanged}
          conflict={conflict}
        />
        <fieldset class="split halves bare" disabled={!mayChange}>
          <legend class="hide">Company</legend>
          <Group title="On documents">
            <Line {...field} setting="legalName" hint="As it stands on your invoices." />
            <Lines {...field} setting="address" />
            <Line {...field} setting="taxId" />
            <Lines {...field} setting="bankDetails" hint="Where clients pay. On each invoice." />
          </Group>
          <div class="stack">
            <Group title="Contact">
              <Line {...field} setting="contactName" hint="Whom clients ask. On every page of the portal and in mails." />
              <Line {...field} setting="contactEmail" type="email" />
              <Line {...field} setting="contactPhone" type="tel" />
              <Line {...field} setting="replyTo" type="email" hint="Where answers to mails go. Empty: to the contact." />
            </Group>
            <Group title="Dates and money">
              <Choice {...field} setting="locale" choices={locales} hint="How dates and amounts are written." />
              <Choice {...field} setting="timeZone" choices={timeZones} hint="When a day begins, and with it when an invoice is overdue." />
              <Line {...field} setting="currency" hint="Your own. What is stored already is not converted." />
            </Group>
          </div>
        </fieldset>
      </form>
    </SettingsFrame>
  )
}

const Group = ({ title, children }: { title: string; children?: unknown }) => (
  <section class="card">
    <header>
      <h2>{title}</h2>
    </header>
    <div class="body stack">{children}</div>
  </section>
)

/** How a field says what it is about, and what is wrong with it. */
const described = ({ setting, problems, hint }: FieldOf) => {
  const ids = [...(problems[setting] === undefined ? [] : [`${setting}-problem`]), ...(hint === undefined ? [] : [`${setting}-hint`])]
  return {
    ...(ids.length > 0 && { 'aria-describedby': ids.join(' ') }),
    ...(problems[setting] !== undefined && { 'aria-invalid': 'true' as const }),
  }
}

const Field = ({ children, ...field }: FieldOf & { children?: unknown }) => {
  const { setting, problems, hint } = field
  return (
    <div class={problems[setting] === undefined ? 'field' : 'field wrong'}>
      <label for={setting}>{settingLabel(setting)}</label>
      {children}
      {problems[setting] && (
        <small class="why" id={`${setting}-problem`}>
          {problems[setting]}
        </small>
      )}
      {hint && (
        <small class="soft" id={`${setting}-hint`}>
          {hint}
        </small>
      )}
    </div>
  )
}

const Line = ({ type = 'text', ...field }: FieldOf & { type?: 'text' | 'email' | 'tel' }) => (
  <Field {...field}>
    <input class="input" id={field.setting} name={field.setting} type={type} value={field.profile[field.setting]} autocomplete="off" {...described(field)} />
  </Field>
)

const Lines = (field: FieldOf) => (
  <Field {...field}>
    <textarea class="input" id={field.setting} name={field.setting} rows={4} {...described(field)}>
      {field.profile[field.setting]}
    </textarea>
  </Field>
)

const Choice = ({ choices, ...field }: FieldOf & { choices: readonly string[] }) => {
  const chosen = field.profile[field.setting]
  return (
    <Field {...field}>
      <select class="input" id={field.setting} name={field.setting} {...described(field)}>
        {(choices.includes(chosen) ? choices : [chosen, ...choices]).map((choice) => (
          <option value={choice} selected={choice === chosen}>
            {choice.replaceAll('_', ' ')}
          </option>
        ))}
      </select>
    </Field>
  )
}
