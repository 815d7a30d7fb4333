import type { Client } from '#src/clients/client.ts'
import type { Link } from '#src/hosts.ts'

type Props = { link: Link; client: Client }

/** The Portal access toggle: the form says what is wanted. It saves when it is turned, and by its button where nothing runs. */
export const SwitchCard = ({ link, client }: Props) => {
  const address = link(`/clients/${client.id}/portal-access`)
  return (
    <section class="card">
      <form class="body stack tight" method="post" action={address}>
        {/* htmx asks the switch, not its form: a form whose field is named "form" hides its own property of that name. */}
        <input type="hidden" name="form" value="portal-access" />
        <div class="switch">
          <label for="portal-access">Portal access</label>
          <input
            id="portal-access"
            name="access"
            type="checkbox"
            role="switch"
            value="on"
            checked={client.portalAccess}
            aria-describedby="portal-access-hint"
            autocomplete="off"
            hx-post={address}
            hx-trigger="change"
            hx-target="#main"
            hx-select="#main"
            hx-swap="outerHTML"
          />
          <small class="soft" id="portal-access-hint">
            {client.portalAccess
              ? 'Switching it off signs everyone out at the next click. Passwords are kept for when you switch it on again.'
              : 'Off: nobody of this client can sign in. Passwords are kept, and work again when you switch it on.'}
          </small>
        </div>
        <div class="without-script">
          <button class="button small" type="submit">
            Save
          </button>
        </div>
      </form>
    </section>
  )
}

export const RevokeCard = ({ link, client }: Props) => (
  <section class="card danger">
    <header>
      <h2>Revoke access</h2>
    </header>
    <div class="body stack">
      <p class="soft">Removes the login and its password for good. Orders, invoices and history stay, and you can invite this client again later.</p>
      <div>
        <a class="button bad" href={link(`/clients/${client.id}/portal/revoke`)}>
          Revoke Access
        </a>
      </div>
    </div>
  </section>
)
