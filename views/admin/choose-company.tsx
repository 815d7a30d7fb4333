import type { Role } from '#src/db/schema/staff.ts'
import { Icon } from '#views/components/icon.tsx'
import { Gate } from './gate.tsx'
import type { StaffPageProps } from './layout.tsx'
import { ROLE_WORDS } from './role-words.ts'

type ChooseCompanyProps = StaffPageProps & {
  companies: { tenantId: string; name: string; role: Role }[]
  /** Where to go then; the handler judges it. */
  next?: string | undefined
}

export const ChooseCompanyPage = ({ shell, link, companies, next }: ChooseCompanyProps) => (
  <Gate title="Choose a company">
    <div class="card">
      <div>
        <h1>Choose a company</h1>
        {companies.length > 1 && <p class="soft">You work for more than one. You can switch at any time.</p>}
      </div>
      <form class="choices" method="post" action={link('/choose-company')}>
        {next && <input type="hidden" name="next" value={next} />}
        {companies.map(({ tenantId, name, role }) => (
          <button type="submit" name="company" value={tenantId} aria-current={tenantId === shell.tenant.id ? 'true' : undefined}>
            <span>
              {name}
              <small>{tenantId === shell.tenant.id ? `${ROLE_WORDS[role].name} · open now` : ROLE_WORDS[role].name}</small>
            </span>
            <Icon name="onward" />
          </button>
        ))}
      </form>
      <form method="post" action={link('/sign-out')}>
        <button class="button quiet wide" type="submit">
          Sign out
        </button>
      </form>
    </div>
  </Gate>
)
