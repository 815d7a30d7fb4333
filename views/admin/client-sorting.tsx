import type { ClientSort } from '#src/clients/list.ts'
import type { Link } from '#src/hosts.ts'
import { Icon } from '#views/components/icon.tsx'
import { addressOf, type ListPlace } from './client-filters.tsx'

/** The orders of the Clients table: links in its headings, and a menu where there is no room for headings. */

type Column = 'name' | 'code' | 'balance' | 'added'
type SortProps = { link: Link; place: ListPlace & { sort: ClientSort } }

/** What one wants to see first comes first: the largest balance, the newest client, and A before Z. */
const FIRST: Record<Column, ClientSort> = { name: 'name', code: 'code', balance: '-balance', added: '-added' }
const flipped = (sort: ClientSort): ClientSort => (sort.startsWith('-') ? sort.slice(1) : `-${sort}`) as ClientSort
const columnOf = (sort: ClientSort) => sort.replace('-', '')
const nextOf = (column: Column, sort: ClientSort): ClientSort => (columnOf(sort) === column ? flipped(sort) : FIRST[column])

/** For the heading that holds the order's own link. */
export const ariaSort = (sort: ClientSort, ...columns: Column[]): 'ascending' | 'descending' | undefined =>
  columns.some((column) => column === columnOf(sort)) ? (sort.startsWith('-') ? 'descending' : 'ascending') : undefined

export const SortLink = ({ link, place, column, label }: SortProps & { column: Column; label: string }) => {
  const direction = ariaSort(place.sort, column)
  return (
    <a class={direction ? `sorts ${direction}` : 'sorts'} href={addressOf(link, { ...place, after: undefined, sort: nextOf(column, place.sort) })}>
      {label}
    </a>
  )
}

const WORDS: Record<ClientSort, string> = {
  name: 'Name, A to Z',
  '-name': 'Name, Z to A',
  code: 'Code, upwards',
  '-code': 'Code, downwards',
  '-balance': 'Largest balance',
  balance: 'Smallest balance',
  '-added': 'Newest',
  added: 'Oldest',
}

export const SortMenu = ({ link, place }: SortProps) => (
  <details class="menu sort-menu">
    <summary>
      Sort: {WORDS[place.sort]}
      <Icon name="unfold" size={18} />
    </summary>
    <div class="panel">
      {(Object.keys(WORDS) as ClientSort[]).map((sort) => (
        <a href={addressOf(link, { ...place, after: undefined, sort })} aria-current={sort === place.sort ? 'true' : undefined}>
          {WORDS[sort]}
        </a>
      ))}
    </div>
  </details>
)
