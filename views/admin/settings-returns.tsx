import type { ReturnSetting, RuleProblems, TypedRules } from '#src/returns/settings.ts'
import { Written } from '#views/components/written.tsx'
import type { StaffPageProps } from './layout.tsx'
import { may } from './may.ts'
import { settingLabel } from './setting-words.ts'
import { SettingsFrame } from './settings-frame.tsx'
import { SaveHead } from './settings-save.tsx'

type ReturnSettingsProps = StaffPageProps & {
  /** As it is stored, or as it was typed. */
  typed: TypedRules
  /** Of the row that the form was made from. */
  version: number
  /** Whether clients may ask for returns at all: a switch of the portal's settings. */
  isOn: boolean
  problems: RuleProblems
  /** Why nothing was saved, though each field is right. */
  conflict?: string | undefined
  /** The instructions as HTML. */
  preview: string
  notice?: string | undefined
}

/** Settings → Returns. */
export const ReturnSettingsPage = ({ shell, link, typed, version, isOn, problems, conflict, preview, notice }: ReturnSettingsProps) => {
  const isChanged = conflict !== undefined || Object.keys(problems).length > 0
  const mayChange = may(shell.role, 'owner')
  const address = link('/settings/returns')
  const field = { typed, problems }
  return (
    <SettingsFrame shell={shell} link={link} tab="returns" notice={notice}>
      <form class="stack settings" method="post" action={address} novalidate data-unsaved={isChanged ? 'yes' : ''}>
        <input type="hidden" name="form" value="returns" />
        <input type="hidden" name="version" value={String(version)} />
        <SaveHead title="Returns" text="What clients may send back, and what they are told." mayChange={mayChange} isChanged={isChanged} conflict={conflict} />
        {!isOn && (
          <p class="note">
            Clients can’t ask for returns now: “{settingLabel('requestReturns')}” is off. <a href={link('/settings/client-portal')}>See Client Portal</a>
          </p>
        )}
        <fieldset class="split halves bare" disabled={!mayChange}>
          <legend class="hide">Returns</legend>
          <section class="card">
            <header>
              <h2>What can be returned</h2>
            </header>
            <div class="body stack">
              <Field {...field} setting="returnWindow" hint="From the day an order was shipped; where that is not known, from the day of the order.">
                <input class="input" size={6} inputmode="numeric" autocomplete="off" value={typed.returnWindow} {...described(field, 'returnWindow')} />
              </Field>
              <Field {...field} setting="returnReasons" hint="What clients choose from, one a line.">
                <textarea class="input" rows={6} {...described(field, 'returnReasons')}>
                  {typed.returnReasons}
                </textarea>
              </Field>
              <Field
                {...field}
                setting="notReturnable"
                hint="SKUs or descriptions, one a line; * at the end stands for whatever follows. Lines below zero can’t be returned anyway."
              >
                <textarea class="input" rows={6} {...described(field, 'notReturnable')}>
                  {typed.notReturnable}
                </textarea>
              </Field>
            </div>
          </section>
          <section class="card">
            <header>
              <h2>How to send it back</h2>
            </header>
            <div
              class="body stack"
              {...(mayChange && { 'hx-post': `${address}/preview`, 'hx-trigger': 'input delay:400ms', 'hx-target': '#preview', 'hx-swap': 'outerHTML' })}
            >
              <Field
                {...field}
                setting="returnInstructions"
                hint="Markdown. It stands on the client’s page, in the mail and on the slip once a return is approved."
              >
                <textarea class="input" rows={10} {...described(field, 'returnInstructions')}>
                  {typed.returnInstructions}
                </textarea>
              </Field>
              <InstructionsPreview html={preview} />
            </div>
          </section>
        </fieldset>
      </form>
    </SettingsFrame>
  )
}

export const InstructionsPreview = ({ html }: { html: string }) => (
  <div id="preview" class="stack" role="region" aria-label="Preview">
    {html === '' ? <p class="soft">Clients are told that they may send it, and nothing of how.</p> : <Written html={html} boxed />}
  </div>
)

type FieldOf = { typed: TypedRules; problems: RuleProblems }

const described = ({ problems }: FieldOf, setting: ReturnSetting) => ({
  id: setting,
  name: setting,
  'aria-describedby': problems[setting] === undefined ? `${setting}-hint` : `${setting}-problem ${setting}-hint`,
  ...(problems[setting] !== undefined && { 'aria-invalid': 'true' as const }),
})

const Field = ({ problems, setting, hint, children }: FieldOf & { setting: ReturnSetting; hint: string; children?: unknown }) => (
  <div class={problems[setting] === undefined ? 'field' : 'field wrong'}>
    <label for={setting}>{settingLabel(setting)}</label>
    {children}
    {problems[setting] && (
      <small class="why" id={`${setting}-problem`}>
        {problems[setting]}
      </small>
    )}
    <small class="soft" id={`${setting}-hint`}>
      {hint}
    </small>
  </div>
)
