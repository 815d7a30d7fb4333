import { eq, notInArray } from 'drizzle-orm'
import { forTenant } from '#src/db/door.ts'
import { orderLines } from '#src/db/schema/orders.ts'
import { returnLines, returnRequests } from '#src/db/schema/returns.ts'
import type { Env } from '#src/env.ts'
import { newId } from '#src/ids.ts'
import type { Person } from '#test/cast.ts'

/**
 * How a request must not be made: what is left is read, looked at, and then the request is written without asking again.
 * One after another it does everything right. It stands here so that the race test can show that it sees what it looks for.
 */
export const naiveSubmit = async (
  env: Env,
  { company, clientId, portalUserId }: Person,
  orderId: string,
  quantity: number,
  serial: number,
): Promise<boolean> => {
  const door = forTenant(env, company.tenantId)
  const held = notInArray(returnRequests.state, ['rejected', 'withdrawn'])
  const { line, asked, open } = await door.run({
    line: door.read(orderLines, { where: eq(orderLines.orderId, orderId) }),
    asked: door.read(returnLines, { where: eq(returnLines.orderId, orderId) }),
    open: door.read(returnRequests, { where: held }),
  })
  const taken = asked.filter(({ returnId }) => open.some(({ id }) => id === returnId)).reduce((sum, each) => sum + each.quantity, 0)
  const [goods] = line
  if (!goods || quantity > goods.quantity - taken) return false
  const id = newId()
  const now = Date.now()
  await door.run({
    request: door.insert(returnRequests, {
      id,
      clientId,
      serial,
      number: `RET-${String(serial).padStart(6, '0')}`,
      state: 'submitted',
      portalUserId,
      createdAt: now,
      updatedAt: now,
    }),
    line: door.insert(returnLines, { returnId: id, orderId, position: 1, sku: '', description: '', reason: 'Damaged', quantity }),
  })
  return true
}
