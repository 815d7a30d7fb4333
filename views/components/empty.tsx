import { Icon, type IconName } from './icon.tsx'

/** What stands where a list has nothing to show, and why. */
export const Empty = ({ icon, title, text }: { icon: IconName; title: string; text: string }) => (
  <div class="empty">
    <Icon name={icon} size={24} />
    <b>{title}</b>
    <p>{text}</p>
  </div>
)
