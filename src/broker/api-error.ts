import { MetaStoreError } from '../metadata/meta-store.ts'
import { errorCode, KafkaError } from '../protocol/errors.ts'

/** An error as responses carry it. */
export interface ApiError {
  readonly code: number
  readonly message: string | null
}

export const NO_ERROR: ApiError = { code: errorCode('NONE'), message: null }

/**
 * An expected failure as the fields of a response. A metadata store that is too busy, or that did not say whether it took the
 * change, is REQUEST_TIMED_OUT, which clients retry. Everything else is a bug or a broken disk, and is thrown on.
 */
export function apiErrorOf(error: unknown): ApiError {
  if (error instanceof KafkaError) return { code: error.code, message: error.message }
  if (error instanceof MetaStoreError && error.retriable) {
    return { code: errorCode('REQUEST_TIMED_OUT'), message: error.message }
  }
  throw error
}

/** The result of the work, or what `failed` makes of its expected failure. */
export async function settled<T>(work: () => T | Promise<T>, failed: (error: ApiError) => T): Promise<T> {
  try {
    return await work()
  } catch (error) {
    return failed(apiErrorOf(error))
  }
}
