import type { Child } from 'hono/jsx'
import { Icon } from '#views/components/icon.tsx'
import { DayField } from './day-field.tsx'

type ListFiltersProps = {
  action: string
  /** What is searched, as a label says it, and what it can be found by. */
  label: string
  hint: string
  q: string | undefined
  /** Of what the days are: "Issued", "Ordered". */
  days: string
  typed: { from: string; to: string }
  problem: string | undefined
  /** What else the address says, as hidden fields. */
  children?: Child
}

/** What a list is narrowed to by typing: words, and the days between which it lies. */
export const ListFilters = ({ action, label, hint, q, days, typed, problem, children }: ListFiltersProps) => (
  <form class="filters" action={action} role="search" hx-get={action} hx-target="#results" hx-swap="outerMorph" hx-push-url="true" hx-indicator="#results">
    {children}
    <div class="search">
      <Icon name="search" size={18} />
      <label class="hide" for="q">
        {label}
      </label>
      <input id="q" name="q" type="search" value={q} placeholder={hint} maxlength={200} autocomplete="off" spellcheck={false} />
    </div>
    <DayField name="from" label={`${days} from`} value={typed.from} problem={problem && 'days-why'} />
    <DayField name="to" label="to" value={typed.to} problem={problem && 'days-why'} />
    <button class="button" type="submit">
      Search
    </button>
    {problem && (
      <p class="note bad" id="days-why" role="alert">
        {problem}
      </p>
    )}
  </form>
)

/** A search that ended before the oldest document: it goes on from there, when one asks for it. */
export const SearchedSoFar = ({ found }: { found: boolean }) => (
  <p class="note" role="status">
    {found ? 'That is all that was found so far.' : 'Nothing was found so far.'} There are older documents that were not looked through yet.
  </p>
)
