import { errorNameOf, KafkaError } from '../protocol/errors.ts'

/** The outcome of a call for one of the things that it was about: admin calls answer for each on its own. */
export interface Outcome {
  readonly name: string
  /** Null: done. */
  readonly error: KafkaError | null
}

/** The error for a code and message from a response, or null when the code says that all is well. */
export function errorOf(code: number, message: string | null | undefined): KafkaError | null {
  if (code === 0) return null
  const name = errorNameOf(code)
  return message === null || message === undefined || message === ''
    ? new KafkaError(name)
    : new KafkaError(name, message)
}

/** Throws for a code that is about the whole response. */
export function throwFor(code: number, message?: string | null): void {
  const error = errorOf(code, message)
  if (error !== null) throw error
}
