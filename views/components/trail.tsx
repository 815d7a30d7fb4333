import { Icon } from './icon.tsx'

/** The way back to the list that a page was opened from. */
export const Trail = ({ href, children }: { href: string; children: string }) => (
  <p class="trail">
    <a href={href}>
      <Icon name="back" size={18} />
      {children}
    </a>
  </p>
)
