type Chip = { id: string; label: string; href: string; isOn: boolean /** How many there are; 0 says nothing. */; count?: number }

/** In which state the documents of a list are; `clear` is where nothing else narrows it. */
export const FilterChips = ({ chips, clear }: { chips: Chip[]; clear: string | undefined }) => (
  <nav class="chips" aria-label="Show">
    {chips.map(({ id, label, href, isOn, count = 0 }) => (
      <a
        class="chip"
        id={`show-${id}`}
        href={href}
        aria-current={isOn ? 'true' : undefined}
        hx-get={href}
        hx-target="#results"
        hx-swap="outerMorph"
        hx-push-url="true"
        hx-indicator="#results"
      >
        {label}
        {count > 0 && <span>{count}</span>}
      </a>
    ))}
    {clear !== undefined && (
      <a class="clear" href={clear}>
        Clear
      </a>
    )}
  </nav>
)
