/** What a request asked of the database. */
export type Meter = { calls: number; rowsRead: number; rowsWritten: number }
export const newMeter = (): Meter => ({ calls: 0, rowsRead: 0, rowsWritten: 0 })

/** The same database, with each round trip and its rows counted. The doors ask in batches only, which say their rows. */
export const metered = (d1: D1Database, meter: Meter): D1Database =>
  new Proxy(d1, {
    get(target, name) {
      if (name === 'batch') {
        return async (statements: D1PreparedStatement[]) => {
          meter.calls += 1
          const results = await target.batch(statements)
          for (const { meta } of results) {
            meter.rowsRead += meta.rows_read
            meter.rowsWritten += meta.rows_written
          }
          return results
        }
      }
      const value: unknown = Reflect.get(target, name)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
