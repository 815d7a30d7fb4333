import type { ClientCount, ClientFilter } from '#src/clients/client.ts'
import type { ClientSort } from '#src/clients/list.ts'
import type { Link } from '#src/hosts.ts'
import { formatCount } from '#views/format.ts'
import { PORTAL_WORDS } from './portal-state.tsx'

type ChipsProps = { link: Link; filter: ClientFilter; sort: ClientSort; counts: ClientCount[]; locale: string }

type Narrowing = Pick<ClientFilter, 'status' | 'email' | 'portal'>
type Chip = { label: string; narrowing: Narrowing }

const GROUPS: { label: string; part: keyof Narrowing; chips: Chip[] }[] = [
  {
    label: 'Client',
    part: 'status',
    chips: [
      { label: 'Active', narrowing: { status: 'active' } },
      { label: 'Inactive', narrowing: { status: 'inactive' } },
    ],
  },
  {
    label: 'E-mail',
    part: 'email',
    chips: [
      { label: 'Has an address', narrowing: { email: 'yes' } },
      { label: 'None', narrowing: { email: 'no' } },
    ],
  },
  {
    label: 'Portal',
    part: 'portal',
    chips: (['not-invited', 'invited', 'active', 'disabled', 'problem'] as const).map((portal) => ({
      label: PORTAL_WORDS[portal].word,
      narrowing: { portal },
    })),
  },
]

/** How many of the counted clients a filter lets through; what was typed into the search is not looked at. */
export const countIn = (counts: ClientCount[], { status, email, portal }: Narrowing): number =>
  counts
    .filter((row) => !status || row.status === status)
    .filter((row) => !email || row.hasEmail === (email === 'yes'))
    .filter((row) => !portal || row.portalState === portal)
    .reduce((sum, { count }) => sum + count, 0)

/** Where in the list one is: narrowed to what, in which order, from which row on, with what selected. */
export type ListPlace = ClientFilter & { sort?: ClientSort | undefined; after?: string | undefined; select?: 'page' | 'all' | undefined }

/** What of a place an address, or a form, has to hold. The order by name is the usual one. */
export const fieldsOf = ({ sort, ...place }: ListPlace): [string, string][] =>
  Object.entries({
    q: place.q,
    status: place.status,
    email: place.email,
    portal: place.portal,
    sort: sort === 'name' ? undefined : sort,
    after: place.after,
    select: place.select,
  }).flatMap(([name, value]) => (value ? [[name, value]] : []))

/** The address of the list. */
export const addressOf = (link: Link, place: ListPlace): string => {
  const query = new URLSearchParams(fieldsOf(place))
  return query.size === 0 ? link('/clients') : link(`/clients?${query}`)
}

export const isNarrowed = ({ q, status, email, portal }: ClientFilter): boolean => Boolean(q || status || email || portal)

/** Links, so that the address holds the filter: each turns itself on, or off again, beside what is on already. */
export const FilterChips = ({ link, filter, sort, counts, locale }: ChipsProps) => (
  <nav class="chips" aria-label="Filters">
    {GROUPS.map((group) => (
      <ChipGroup {...group} link={link} filter={filter} sort={sort} counts={counts} locale={locale} />
    ))}
    {isNarrowed(filter) && (
      <a class="clear" href={addressOf(link, { sort })}>
        Clear filters
      </a>
    )}
  </nav>
)

const ChipGroup = ({ label, part, chips, link, filter, sort, counts, locale }: (typeof GROUPS)[number] & ChipsProps) => {
  const isOn = (chip: Chip) => filter[part] !== undefined && filter[part] === chip.narrowing[part]
  // A state that no client is in would only be one more thing to read.
  const shown = chips.filter((chip) => isOn(chip) || countIn(counts, chip.narrowing) > 0)
  return (
    shown.length > 0 && (
      <div class="group" role="group" aria-label={label}>
        <span class="soft" aria-hidden="true">
          {label}
        </span>
        {shown.map((chip) => (
          <a
            class="chip"
            href={addressOf(link, { ...filter, sort, [part]: isOn(chip) ? undefined : chip.narrowing[part] })}
            aria-current={isOn(chip) ? 'true' : undefined}
          >
            {chip.label} {!filter.q && <span>{formatCount(countIn(counts, { ...filter, ...chip.narrowing }), locale)}</span>}
          </a>
        ))}
      </div>
    )
  )
}
