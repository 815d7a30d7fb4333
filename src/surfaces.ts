import { staffAppWith } from './admin/app.tsx'
import { PORTAL_BASE } from './hosts.ts'
import { portalApp } from './portal/app.tsx'
import { readPages } from './portal/read-pages.ts'

/** The surfaces, put together here because they don't know each other. */

/** A company's portal on its default address. */
export const portal = portalApp(PORTAL_BASE, (url) => ({ slug: url.hostname.split('.')[0]?.toLowerCase() ?? '' }))

/** A company's portal under a name of its own: at its root. */
export const customPortal = portalApp('', (url) => ({ hostname: url.hostname.toLowerCase().replace(/\.$/, '') }))

/** Staff pages, with the portal's own pages under each client for staff to look at. */
export const staffApp = staffAppWith(readPages)
