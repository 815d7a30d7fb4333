import type { Client } from '#src/clients/client.ts'
import type { Link } from '#src/hosts.ts'

type ChangeProps = { link: Link; client: Client; form: { typed: string; problem: string } | undefined; open: boolean }

/** Corrects the primary address. @param open shown at once, because something is wrong with the address, or there is none */
export const ChangeEmail = ({ link, client, form, open }: ChangeProps) => {
  const label = client.email === null ? 'Add an e-mail address' : 'Correct the address'
  return (
    <details class="unfold" id="change-email" open={open || form !== undefined}>
      <summary>{label}</summary>
      <form class="stack tight" method="post" action={link(`/clients/${client.id}/email`)} novalidate>
        <input type="hidden" name="knew" value={client.email ?? ''} />
        <div class={form ? 'field wrong' : 'field'}>
          <label for="email">Primary e-mail address</label>
          <div class="with-button">
            <input
              class="input"
              id="email"
              name="email"
              type="email"
              autocomplete="off"
              value={form?.typed ?? client.email ?? ''}
              autofocus={form !== undefined}
              aria-describedby={form ? 'email-why email-hint' : 'email-hint'}
              aria-invalid={form ? 'true' : undefined}
            />
            <button class="button" type="submit">
              Save
            </button>
          </div>
          {form && (
            <p class="why" id="email-why" role="alert">
              {form.problem}
            </p>
          )}
          <small id="email-hint">
            {client.email === null ? 'The invitation goes there.' : 'An open invitation to the old address ends. A login that is active stays as it is.'}
          </small>
        </div>
      </form>
    </details>
  )
}
