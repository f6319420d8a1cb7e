import { FileError, type FileErrorCode } from '../../env/files.ts'
import { type ErrorName, KafkaError } from '../../protocol/errors.ts'
import type { CleanEvent } from './clean-job.ts'
import { CleaningAbortedError, SourceDamagedError } from './source-reader.ts'

/** What the thread says. Errors lose their class on the way, so they come as what they are made of. */
export type CleanerMessage =
  | { readonly kind: 'event'; readonly event: CleanEvent }
  | { readonly kind: 'failed'; readonly failure: CleanerFailure }
  | { readonly kind: 'done' }

export type CleanerFailure =
  | { readonly kind: 'aborted' }
  | { readonly kind: 'damaged'; readonly path: string; readonly position: number; readonly message: string }
  | { readonly kind: 'file'; readonly code: FileErrorCode; readonly path: string; readonly message: string }
  | { readonly kind: 'kafka'; readonly name: ErrorName; readonly message: string }
  | { readonly kind: 'other'; readonly message: string; readonly stack: string }

export function failureOf(error: unknown): CleanerFailure {
  if (error instanceof CleaningAbortedError) return { kind: 'aborted' }
  if (error instanceof SourceDamagedError)
    return { kind: 'damaged', path: error.path, position: error.position, message: error.message }
  if (error instanceof FileError)
    return { kind: 'file', code: error.code, path: error.path, message: error.message }
  if (error instanceof KafkaError) return { kind: 'kafka', name: error.errorName, message: error.message }
  const { message, stack } = error instanceof Error ? error : new Error(String(error))
  return { kind: 'other', message, stack: stack ?? '' }
}
