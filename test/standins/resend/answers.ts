/** The stand-in's answers, in Resend's words. */

export type Answer = { status: number; body: unknown; headers?: Record<string, string> }

const refusal = (statusCode: number, name: string, message: string, headers: Record<string, string> = {}): Answer => ({
  status: statusCode,
  body: { statusCode, name, message },
  headers,
})

export const rateLimited = (retryAfter: number): Answer =>
  refusal(429, 'rate_limit_exceeded', 'Too many requests. Please limit the number of requests per second. Or contact support to increase rate limit.', {
    'retry-after': String(retryAfter),
  })
export const broken = (): Answer => refusal(500, 'internal_server_error', 'An unexpected error occurred.')
export const noKey = (): Answer => refusal(401, 'missing_api_key', 'Missing API key in the authorization header.')
export const wrongKey = (): Answer => refusal(403, 'invalid_api_key', 'API key is invalid.')
export const wrongIdempotencyKey = (): Answer => refusal(400, 'invalid_idempotency_key', 'The key must be between 1-256 chars.')
export const otherBody = (): Answer => refusal(409, 'invalid_idempotent_request', 'Same idempotency key used with a different request payload.')
export const stillAtWork = (): Answer =>
  refusal(409, 'concurrent_idempotent_requests', 'Same idempotency key used while original request is still in progress.')
export const noJson = (): Answer => refusal(400, 'validation_error', 'The request body is not valid JSON.')
export const missing = (message: string): Answer => refusal(422, 'missing_required_field', message)
export const invalid = (message: string): Answer => refusal(422, 'validation_error', message)
export const nowhere = (): Answer => refusal(404, 'not_found', 'The requested endpoint does not exist.')
export const unreadable = (): Answer => refusal(400, 'validation_error', 'The request could not be read.')
