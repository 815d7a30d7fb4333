import { State } from '#views/components/state.tsx'
import { StaffPage, type StaffPageProps } from './layout.tsx'

type SettingsProps = StaffPageProps & {
  enabled: boolean
  /** Where clients sign in, as a whole address. */
  portalAddress: string
  notice?: string | undefined
}

/** Settings → Client Portal. */
export const PortalSettingsPage = ({ shell, link, enabled, portalAddress, notice }: SettingsProps) => (
  <StaffPage shell={shell} link={link} title="Client Portal · Settings" current="settings" notice={notice}>
    <form class="stack settings" method="post" action={link('/settings/client-portal')}>
      <input type="hidden" name="form" value="client-portal" />
      <div class="head">
        <div>
          <h1>Client Portal</h1>
          <p class="soft">Where your clients see their orders, invoices and balance.</p>
        </div>
        <button class="button main" type="submit">
          Save
        </button>
      </div>
      <section class="card">
        <div class="body">
          <div class="switch">
            <label for="enabled">Enable Client Portal</label>
            <input id="enabled" name="enabled" type="checkbox" role="switch" value="on" checked={enabled} aria-describedby="enabled-hint" />
            <small class="soft" id="enabled-hint">
              Off keeps everything and shows clients one neutral page. Nobody can be invited until it is on.
            </small>
          </div>
        </div>
      </section>
      <section class="card">
        <header>
          <h2>Address</h2>
          {enabled ? <State tone="good">Open to clients</State> : <State tone="none">Off</State>}
        </header>
        <div class="body">
          <p>
            <code class="whole">{portalAddress}</code>
          </p>
          <small>Clients sign in here. Every mail to them leads to this address.</small>
        </div>
      </section>
    </form>
  </StaffPage>
)
