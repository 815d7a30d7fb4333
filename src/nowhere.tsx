import { PlainPage } from '#views/components/plain-page.tsx'

/** For hosts that nobody has: one answer, the same for every unknown name. */
export const nowhere = (status: 404): Response =>
  new Response(String(<PlainPage title="Page not found" text="There is nothing at this address, or it isn’t yours to see." />), {
    status,
    headers: { 'Content-Type': 'text/html; charset=UTF-8' },
  })
