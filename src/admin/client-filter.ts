import type { ClientFilter, Selection } from '#src/clients/client.ts'
import { CLIENT_SORTS, type ClientSort } from '#src/clients/list.ts'
import { PORTAL_STATES } from '#src/db/schema/clients.ts'
import type { Link } from '#src/hosts.ts'
import { fieldsOf } from '#views/admin/client-filters.tsx'

/** What an address, or a form, says of the Clients table: filter, order, which clients are selected. */

type Fields = Record<string, string | undefined>

const oneOf = <T extends string>(values: readonly T[], value: string | undefined): T | undefined => values.find((known) => known === value)

export const filterOf = ({ q, status, email, portal }: Fields): ClientFilter => ({
  q: q?.trim().slice(0, 200) || undefined,
  status: oneOf(['active', 'inactive'], status),
  email: oneOf(['yes', 'no'], email),
  portal: oneOf(PORTAL_STATES, portal),
})

/** Whether a form narrows by something that is no filter: left out, it would reach everybody. */
export const hasUnknownFilter = (fields: Fields): boolean =>
  (['status', 'email', 'portal'] as const).some((part) => Boolean(fields[part]) && filterOf(fields)[part] === undefined)

export const sortOf = ({ sort }: Fields): ClientSort => oneOf(CLIENT_SORTS, sort) ?? 'name'

/** The whole page of the list, or all that match. */
export const selectOf = ({ select }: Fields) => oneOf(['page', 'all'], select)

/** More than a page of the table shows, and no more than a form holds. */
const MOST_IDS = 200

export const idsOf = (ids: readonly string[]): string[] => [...new Set(ids.filter((id) => /^[0-9A-Za-z]{1,32}$/.test(id)))].slice(0, MOST_IDS)

export const selectionOf = (fields: Fields, ids: readonly string[]): Selection =>
  fields.all === 'yes' ? { all: true, filter: filterOf(fields) } : { all: false, ids: idsOf(ids) }

/** A selection as fields, of an address or, with the ids joined into one, of a form. */
export const selectionFields = (selection: Selection, ids: 'each' | 'joined' = 'each'): [string, string][] => {
  if (selection.all) return [['all', 'yes'], ...fieldsOf(selection.filter)]
  return ids === 'joined' ? [['ids', selection.ids.join(',')]] : selection.ids.map((id) => ['id', id])
}

/** The list as it was left, with the same clients selected. */
export const backFrom = (link: Link, query: Fields, selection: Selection): string => {
  const place = fieldsOf({ ...filterOf(query), sort: sortOf(query), after: query.after, select: selection.all ? 'all' : undefined })
  return link(`/clients?${new URLSearchParams([...place, ...(selection.all ? [] : selectionFields(selection))])}`)
}
