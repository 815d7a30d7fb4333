import { env } from 'cloudflare:workers'
import { expect, it } from 'vitest'
import type { Env } from '#src/env.ts'
import { newId } from '#src/ids.ts'
import { cancelRun } from '#src/mail/cancel.ts'
import { makeCompany } from '#test/cast.ts'
import { withBatch } from '#test/far-away.ts'
import { batchesOf, confirm, planOf, retry, runRow, staffOf } from './bulk-cast.ts'

const MANY = 10_000

it('ten thousand clients are one batch of as many statements as one client is', async () => {
  const company = await makeCompany('Bulk Ten Thousand')
  await env.DB.prepare(
    `INSERT INTO clients (tenant_id, id, code, name, name_key, email, email_key, status, currency, words, created_at, updated_at)
      WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?2)
      SELECT ?1, printf('bulk%012d', i), printf('B-%05d', i), printf('Client %05d', i), printf('client %05d', i), printf('c%05d@many.example', i), printf('c%05d@many.example', i),
        'active', 'EUR', json_array(printf('client%05d', i)), 0, 0 FROM n`,
  )
    .bind(company.tenantId, MANY)
    .run()
  const sizes: number[] = []
  let mostRead = 0
  const counting: Env = withBatch((batch) => async (statements) => {
    sizes.push(statements.length)
    const results = await batch(statements)
    mostRead = Math.max(mostRead, ...results.map(({ meta }) => meta.rows_read))
    return results
  })
  const asked = performance.now()
  expect(await planOf(company)).toMatchObject({ selected: MANY, invitations: MANY })
  const started = performance.now()
  const { runId, begun, statements } = await confirm(company, { given: counting, runId: newId() })
  console.log(`${MANY} clients: asked in ${Math.round(started - asked)} ms, begun in ${Math.round(performance.now() - started)} ms`)
  expect(begun).toBe(1)
  expect(sizes).toEqual([11])
  expect(Math.max(...Object.values(statements).map(({ query }) => query.params.length))).toBeLessThan(100)
  expect(await runRow(company, runId)).toMatchObject({ invited: MANY, given: 0, mails: MANY, waiting: MANY, sent: 0 })
  expect(await batchesOf(company, runId)).toHaveLength(MANY / 100)
  const { results } = await env.DB.prepare('SELECT count(*) AS n, count(DISTINCT to_email) AS addresses FROM outbox WHERE tenant_id = ?')
    .bind(company.tenantId)
    .all()
  expect(results).toEqual([{ n: MANY, addresses: MANY }])

  await env.DB.prepare(`UPDATE outbox SET state = 'failed' WHERE tenant_id = ?`).bind(company.tenantId).run()
  const failed = performance.now()
  expect(await retry(company, runId, { given: counting })).toMatchObject({ retried: 1 })
  console.log(`all made anew in ${Math.round(performance.now() - failed)} ms`)
  expect(await runRow(company, runId)).toMatchObject({ mails: MANY, waiting: MANY, failed: 0 })

  const door = await staffOf(company, counting)
  const stopped = performance.now()
  expect(await door.run(cancelRun(door, { runId, staffId: company.staffId, now: Date.now() }))).toMatchObject({ cancelled: 1 })
  console.log(`stopped in ${Math.round(performance.now() - stopped)} ms`)
  expect(await runRow(company, runId)).toMatchObject({ mails: MANY, waiting: 0, unsent: MANY })
  // A statement that read all for each would read a hundred million.
  expect(mostRead).toBeLessThan(30 * MANY)
}, 180_000)
