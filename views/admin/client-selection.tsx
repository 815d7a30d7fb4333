import type { Link } from '#src/hosts.ts'
import { Icon } from '#views/components/icon.tsx'
import { formatCount } from '#views/format.ts'
import { addressOf, type ListPlace } from './client-filters.tsx'

/** What is selected in the Clients table, and what can be done with it. Links and boxes: nothing of it needs a script. */

type SelectionProps = {
  link: Link
  place: ListPlace
  /** How many clients match; undefined where a search has found more than a page, and nobody asked how many. */
  matching: number | undefined
  mode: 'page' | 'all' | undefined
  locale: string
}

const allWords = ({ matching, locale }: Pick<SelectionProps, 'matching' | 'locale'>) =>
  matching === undefined ? 'Select all that match' : `Select all ${formatCount(matching, locale)} that match`

export const SelectLinks = ({ link, place, matching, mode, locale }: SelectionProps) => (
  <p class="select-links">
    {mode !== 'page' && <a href={addressOf(link, { ...place, select: 'page' })}>Select page</a>}
    {mode !== 'all' && <a href={addressOf(link, { ...place, select: 'all' })}>{allWords({ matching, locale })}</a>}
    {mode !== undefined && <a href={addressOf(link, { ...place, select: undefined })}>Select none</a>}
  </p>
)

/** Stays in sight while something is selected. */
export const BulkBar = ({ link, place, matching, mode, locale }: SelectionProps) => (
  <div class={mode === 'all' ? 'bulk on' : 'bulk'} role="region" aria-label="Selection">
    {mode === 'all' ? <b>{formatCount(matching ?? 0, locale)} selected</b> : <b class="counted">selected on this page</b>}
    {mode !== 'all' && <a href={addressOf(link, { ...place, select: 'all' })}>{allWords({ matching, locale })}</a>}
    <div class="end row">
      <details class="menu above">
        <summary class="button small">
          Bulk Actions
          <Icon name="unfold" size={18} />
        </summary>
        <div class="panel">
          <button type="submit">
            <Icon name="mail" size={18} />
            Invite to Portal
          </button>
        </div>
      </details>
      <a href={addressOf(link, { ...place, select: undefined })}>Clear</a>
    </div>
  </div>
)
