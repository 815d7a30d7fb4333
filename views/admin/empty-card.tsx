import type { PropsWithChildren } from 'hono/jsx'
import { Icon, type IconName } from '#views/components/icon.tsx'

/** A card where a list would be: what is missing, and the way on from here. */
export const EmptyCard = ({ icon, title, children }: PropsWithChildren<{ icon: IconName; title: string }>) => (
  <section class="card empty">
    <Icon name={icon} size={24} />
    <h2>{title}</h2>
    {children}
  </section>
)
