/** The stand-in's answers, in Cloudflare's words and numbers. */

export type Answer = { status: number; body: unknown; headers?: Record<string, string> }

export const ok = (result: unknown, status = 200): Answer => ({ status, body: { success: true, errors: [], messages: [], result } })

/** A page of a list, beginning with 1. */
export const listed = <T>(items: T[], query: URLSearchParams, usual = 20): Answer => {
  const [page, size] = [Number(query.get('page')) || 1, Number(query.get('per_page')) || usual]
  const result = items.slice((page - 1) * size, page * size)
  const info = { page, per_page: size, count: result.length, total_count: items.length, total_pages: Math.ceil(items.length / size) }
  return { status: 200, body: { success: true, errors: [], messages: [], result, result_info: info } }
}

export const refusal = (status: number, code: number, message: string, headers: Record<string, string> = {}): Answer => ({
  status,
  body: { success: false, errors: [{ code, message }], messages: [], result: null },
  headers,
})

export const noToken = () => refusal(400, 9106, 'Missing X-Auth-Key, X-Auth-Email or Authorization headers')
export const wrongToken = () => refusal(403, 9109, 'Invalid access token')
export const invalidToken = () => refusal(401, 1000, 'Invalid API Token')
export const noPermission = () => refusal(403, 10_000, 'Authentication error')
export const rateLimited = () => refusal(429, 971, 'Please wait and consider throttling your request speed', { 'retry-after': '30' })
export const broken = () => refusal(500, 10_001, 'Internal error')
export const noRoute = () => refusal(404, 7003, 'Could not route to the requested path, perhaps your object identifier is invalid?')
export const wrong = (message: string) => refusal(400, 7400, message)

export const databaseTaken = () => refusal(400, 7502, 'A database with that name already exists')
export const noDatabase = () => refusal(404, 7404, 'The database could not be found')
export const sqlFailed = (message: string) => refusal(400, 7500, message)
export const bucketTaken = () => refusal(409, 10_004, 'The bucket you tried to create already exists, and you own it.')
export const noBucket = () => refusal(404, 10_006, 'The specified bucket does not exist.')
export const noBuckets = () => refusal(403, 10_042, 'Please enable R2 through the Cloudflare Dashboard.')
export const queueTaken = (name: string) => refusal(409, 11_009, `Queue name '${name}' is already taken. Please use a different name and try again.`)
export const noQueue = () => refusal(404, 11_000, 'Queue does not exist.')
export const recordTaken = () => refusal(400, 81_058, 'An identical record already exists.')
export const routeTaken = () => refusal(409, 10_020, 'A route with the same pattern already exists')
export const noScript = () => refusal(404, 10_007, 'This Worker does not exist on your account.')
export const noFallback = () => refusal(404, 1551, 'Resource not found.')
