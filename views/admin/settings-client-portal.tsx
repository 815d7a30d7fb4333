import type { PortalSetting, PortalSettings, SettingProblems } from '#src/branding/portal-settings.ts'
import type { Logo } from '#src/logo.ts'
import { State } from '#views/components/state.tsx'
import { logoPath } from '#views/logo.ts'
import type { StaffPageProps } from './layout.tsx'
import { may } from './may.ts'
import { ColourSaid, PortalPreview, type PortalPreviewProps } from './portal-preview.tsx'
import { settingLabel } from './setting-words.ts'
import { SettingsFrame } from './settings-frame.tsx'
import { SaveHead } from './settings-save.tsx'

type SettingsProps = StaffPageProps & {
  /** As they are stored, or as they were typed. */
  settings: PortalSettings
  /** Of the row that the form was made from. */
  version: number
  problems: SettingProblems
  /** Why nothing was saved, though each field is right. */
  conflict?: string | undefined
  /** Where clients sign in, as a whole address. */
  portalAddress: string
  preview: PortalPreviewProps
  logo: Logo | null
  logoProblem?: string | undefined
  notice?: string | undefined
}

const CLIENTS_MAY: { setting: PortalSetting; hint: string }[] = [
  { setting: 'downloadInvoices', hint: 'Each invoice as a PDF.' },
  { setting: 'orderHistory', hint: 'Their orders with every line, and the last order date.' },
  { setting: 'requestReturns', hint: 'They submit a return request, which your team reviews.' },
  { setting: 'showBalance', hint: 'What they owe in all, and what of it is overdue. Each invoice’s own amount stays.' },
  { setting: 'showCreditLimit', hint: 'The limit, and how much of it is left.' },
]

/** Settings → Client Portal. */
export const PortalSettingsPage = ({
  shell,
  link,
  settings,
  version,
  problems,
  conflict,
  portalAddress,
  preview,
  logo,
  logoProblem,
  notice,
}: SettingsProps) => {
  const isChanged = conflict !== undefined || Object.keys(problems).length > 0
  const mayChange = may(shell.role, 'owner')
  const address = link('/settings/client-portal')
  return (
    <SettingsFrame shell={shell} link={link} tab="client-portal" notice={notice}>
      <form class="stack settings" method="post" action={address} id="settings" data-unsaved={isChanged ? 'yes' : ''}>
        <input type="hidden" name="form" value="client-portal" />
        <input type="hidden" name="version" value={String(version)} />
        <SaveHead title="Client Portal" text="What your clients see when they sign in." mayChange={mayChange} isChanged={isChanged} conflict={conflict} />
        <div class="split even">
          <fieldset
            class="stack bare"
            disabled={!mayChange}
            {...(mayChange && { 'hx-post': `${address}/preview`, 'hx-trigger': 'input delay:400ms', 'hx-target': '#preview', 'hx-swap': 'outerHTML' })}
          >
            <legend class="hide">Client Portal</legend>
            <section class="card">
              <div class="body">
                <Switch
                  settings={settings}
                  setting="enabled"
                  hint="Off keeps everything, and shows clients one neutral page. Nobody can be invited until it is on."
                />
              </div>
            </section>
            <section class="card">
              <header>
                <h2>Custom URL</h2>
                {settings.enabled && !isChanged ? <State tone="good">Open to clients</State> : <State tone="none">{isChanged ? 'Not saved yet' : 'Off'}</State>}
              </header>
              <div class="body">
                <p class="row copy">
                  <code class="whole">{portalAddress}</code>
                  <button class="button small" type="button" data-copy={portalAddress} hidden>
                    Copy
                  </button>
                  <span class="soft" role="status"></span>
                </p>
                <small>
                  Clients sign in here, and every mail to them leads here.{' '}
                  <a href={`${address}/domain`}>{mayChange ? 'Use your own domain' : 'See the domain'}</a>
                </small>
              </div>
            </section>
            <section class="card">
              <header>
                <h2>Brand</h2>
              </header>
              <div class="body stack">
                <LogoField logo={logo} problem={logoProblem} company={shell.tenant.name} />
                <Colour settings={settings} problems={problems} said={preview.legibility} />
                <Message settings={settings} problems={problems} />
              </div>
            </section>
            <section class="card">
              <header>
                <h2>What clients can do</h2>
              </header>
              <div class="body">
                {CLIENTS_MAY.map(({ setting, hint }) => (
                  <Switch settings={settings} setting={setting} hint={hint} />
                ))}
              </div>
            </section>
          </fieldset>
          <section class="card" aria-labelledby="preview-title">
            <header>
              <h2 id="preview-title">Preview</h2>
              <small>With made-up amounts</small>
            </header>
            <div class="body">
              <PortalPreview {...preview} />
              <p class="soft below">
                With a client’s own data, once saved: open the client under <a href={link('/clients')}>Clients</a> and choose View as client.
              </p>
            </div>
          </section>
        </div>
      </form>
      {/* The logo's own forms: a form can't stand within another, so its field and buttons name these. */}
      <form id="logo-form" method="post" action={`${address}/logo`} enctype="multipart/form-data" data-unsaved="" hidden />
      <form id="logo-remove" method="post" action={`${address}/logo/remove`} hidden />
    </SettingsFrame>
  )
}

const LogoField = ({ logo, problem, company }: { logo: Logo | null; problem: string | undefined; company: string }) => (
  <div class={fieldClass(problem)}>
    <label for="logo">Logo</label>
    {logo && (
      <div class="plates">
        {['on light', 'on dark'].map((where) => (
          <span class={`plate ${where === 'on dark' ? 'dark' : 'light'}`}>
            <img src={logoPath(logo)} alt={`Logo of ${company} ${where}`} width={logo.width} height={logo.height} />
          </span>
        ))}
      </div>
    )}
    <div class="row">
      <input
        class="input file"
        id="logo"
        name="logo"
        type="file"
        form="logo-form"
        accept="image/png,image/jpeg,image/webp"
        {...described(problem, 'logo-why', 'logo-hint')}
      />
      <button class="button" type="submit" form="logo-form">
        {logo ? 'Replace' : 'Upload'}
      </button>
      {logo && (
        <button class="button bad" type="submit" form="logo-remove">
          Remove
        </button>
      )}
      <small class="soft" role="status">
        <span data-unsaved-note="logo-form" hidden>
          Not uploaded yet
        </span>
      </small>
    </div>
    {problem !== undefined && (
      <p class="why" id="logo-why" role="alert">
        {problem}
      </p>
    )}
    <small id="logo-hint">
      PNG, JPEG or WebP, up to 2 MB and 4,000 pixels a side. It stands in the portal’s header, on mails and on invoices. It is saved at once, apart from the
      rest of this page.
    </small>
  </div>
)

const Switch = ({ settings, setting, hint }: { settings: PortalSettings; setting: PortalSetting; hint: string }) => (
  <div class="switch">
    <label for={setting}>{settingLabel(setting)}</label>
    <input id={setting} name={setting} type="checkbox" role="switch" value="on" checked={settings[setting] === true} aria-describedby={`${setting}-hint`} />
    <small class="soft" id={`${setting}-hint`}>
      {hint}
    </small>
  </div>
)

type FieldProps = { settings: PortalSettings; problems: SettingProblems }

/** How a field says what it is about, and what is wrong with it. */
const described = (problem: string | undefined, ...ids: [string, string]) =>
  problem === undefined ? { 'aria-describedby': ids[1] } : ({ 'aria-invalid': 'true', 'aria-describedby': ids.join(' ') } as const)
const fieldClass = (problem: string | undefined) => (problem === undefined ? 'field' : 'field wrong')

const Colour = ({ settings: { brandColour }, problems, said }: FieldProps & { said: PortalPreviewProps['legibility'] }) => (
  <div class={fieldClass(problems.brandColour)}>
    <label for="brandColour">{settingLabel('brandColour')}</label>
    <div class="colour">
      <input
        class="input"
        id="brandColour"
        name="brandColour"
        value={brandColour}
        size={9}
        autocomplete="off"
        spellcheck={false}
        {...described(problems.brandColour, 'colour-problem', 'colour-said')}
      />
      <input type="color" value={/^#[0-9a-f]{6}$/.test(brandColour) ? brandColour : '#1d6b57'} aria-label="Pick a colour" data-picks="brandColour" hidden />
    </div>
    {problems.brandColour && (
      <small class="why" id="colour-problem">
        {problems.brandColour}
      </small>
    )}
    <small class="soft" id="colour-said">
      <ColourSaid {...said} />
    </small>
  </div>
)

const Message = ({ settings: { welcomeMessage }, problems }: FieldProps) => (
  <div class={fieldClass(problems.welcomeMessage)}>
    <label for="welcomeMessage">{settingLabel('welcomeMessage')}</label>
    <textarea class="input" id="welcomeMessage" name="welcomeMessage" rows={6} {...described(problems.welcomeMessage, 'welcome-problem', 'welcome-hint')}>
      {welcomeMessage}
    </textarea>
    {problems.welcomeMessage && (
      <small class="why" id="welcome-problem">
        {problems.welcomeMessage}
      </small>
    )}
    <small class="soft" id="welcome-hint">
      Markdown, such as **bold** and [a link](https://…). Shown on the dashboard.
    </small>
  </div>
)
