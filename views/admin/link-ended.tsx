import type { Link } from '#src/hosts.ts'
import { Gate } from './gate.tsx'

/** `expired`: its time is over. `ended`: used, or overtaken by a newer one. */
export const StaffLinkEndedPage = ({ link, reason }: { link: Link; reason: 'expired' | 'ended' }) => (
  <Gate title="This link has ended">
    <section class="card">
      <h1>{reason === 'expired' ? 'This link is too old' : 'This link has been used'}</h1>
      <p>
        {reason === 'expired'
          ? 'Links to set a password work for a limited time, and this one’s is over. Ask whoever invited you to send a new one.'
          : 'A link works once, and a newer one takes the place of an older one. If you have set your password, sign in with it; otherwise ask whoever invited you to send a new link.'}
      </p>
      <a class="button main wide" href={link('/sign-in')}>
        Sign in
      </a>
    </section>
  </Gate>
)
