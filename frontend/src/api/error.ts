import type { components } from './schema'

type Problem = components['schemas']['Problem']
export type FieldError = components['schemas']['FieldProblem']

/** No answer came at all; its status is 0. */
export const UNREACHABLE = 'unreachable'

/** A refusal of the API (RFC 9457), or the lack of any answer. */
export class ApiError extends Error {
  override readonly name = 'ApiError'

  constructor(
    readonly status: number,
    readonly code: string,
    /** The server's own words, in the reader's language. */
    readonly detail: string,
    readonly errors: readonly FieldError[] = [],
    readonly requestId: string | null = null,
    /** Seconds to wait, where the server says so. */
    readonly retryAfter: number | null = null,
  ) {
    super(`${status} ${code}: ${detail}`)
  }

  /** Whether the same request may well succeed later, so that it keeps its Idempotency-Key. */
  get passing(): boolean {
    return this.code === 'idempotency_running' || this.status === 0 || this.status >= 500 || [401, 408, 425, 429].includes(this.status)
  }

  static unreachable(cause: unknown): ApiError {
    const error = new ApiError(0, UNREACHABLE, String(cause))
    error.cause = cause
    return error
  }

  static from(response: Response, body: unknown): ApiError {
    const problem = isProblem(body) ? body : undefined
    const wait = Number(response.headers.get('Retry-After'))
    return new ApiError(
      response.status,
      problem?.code ?? (response.status >= 500 ? 'unavailable' : 'malformed'),
      problem?.detail ?? problem?.title ?? response.statusText,
      problem?.errors ?? [],
      problem?.request_id ?? response.headers.get('X-Request-Id'),
      Number.isFinite(wait) && wait > 0 ? wait : null,
    )
  }
}

function isProblem(body: unknown): body is Problem {
  return typeof body === 'object' && body !== null && 'code' in body && typeof body.code === 'string'
}
