import { errorTable, KafkaError, type ErrorName } from '../../protocol/errors.ts'
import { MetaStoreError } from '../../metadata/meta-store.ts'
import { httpProblems, statusOfKafkaError, type HttpProblemCode } from './problem-table.ts'

/** One of several things that are wrong with a request. */
export interface ProblemItem {
  /** Where: a JSON pointer into the body, a parameter's name, or the number of a record. */
  readonly at: string
  readonly detail: string
}

/** `application/problem+json` (RFC 9457). `code` is stable, the texts may change. */
export interface Problem {
  readonly type: string
  readonly title: string
  readonly status: number
  /** One of `httpProblems`, or the name of a Kafka error. */
  readonly code: HttpProblemCode | ErrorName
  /** What happened, with the caller's own values, and the way out. */
  readonly detail: string
  /** The path that was asked for. */
  readonly instance?: string
  /** The same request may succeed later. */
  readonly retriable: boolean
  readonly errors?: readonly ProblemItem[]
  /** Of a query: the character at which it is wrong, from 0. */
  readonly position?: number
  /** Of a stream of records: how many were appended before the problem. */
  readonly appended?: number
}

export const PROBLEM_TYPE = 'application/problem+json; charset=utf-8'

/** A request that cannot be answered as asked. */
export class ProblemError extends Error {
  readonly problem: Problem
  readonly headers: Readonly<Record<string, string>>

  constructor(problem: Problem, headers: Readonly<Record<string, string>> = {}, options?: ErrorOptions) {
    super(problem.detail, options)
    this.name = 'ProblemError'
    this.problem = problem
    this.headers = headers
  }
}

interface ProblemExtras {
  readonly position?: number
  readonly errors?: readonly ProblemItem[]
  readonly headers?: Readonly<Record<string, string>>
}

export function httpProblem(code: HttpProblemCode, detail: string, extras: ProblemExtras = {}): ProblemError {
  const { status, title } = httpProblems[code]
  const retriable = status === 503
  const { position } = extras
  const where = position === undefined ? {} : { position }
  const problem = { type: problemType(code), title, status, code, detail, retriable, ...where }
  return new ProblemError(withErrors(problem, extras.errors), {
    ...(status === 503 ? { 'retry-after': '1' } : {}),
    ...extras.headers,
  })
}

/** The problem for an error that is expected, or null for one that is a bug or a broken disk. */
export function expectedProblem(error: unknown): ProblemError | null {
  if (error instanceof ProblemError) return error
  if (error instanceof KafkaError) return kafkaProblem(error)
  if (error instanceof MetaStoreError && error.retriable) {
    return httpProblem('METADATA_BUSY', error.message)
  }
  return null
}

/** What a Kafka error is over HTTP; `errors` tell of the single records that it is about. */
export function kafkaProblem(error: KafkaError, errors?: readonly ProblemItem[]): ProblemError {
  const code = error.errorName
  const status = statusOfKafkaError(code)
  const problem = {
    type: problemType(code),
    title: errorTable[code].message,
    status,
    code,
    detail: error.message,
    retriable: error.retriable && status >= 500,
  }
  const headers = status === 503 ? { 'retry-after': '1' } : {}
  return new ProblemError(withErrors(problem, errors), headers, { cause: error })
}

function withErrors(problem: Problem, errors: readonly ProblemItem[] | undefined): Problem {
  return errors === undefined || errors.length === 0 ? problem : { ...problem, errors }
}

function problemType(code: string): string {
  return `urn:chronik:problem:${code.toLowerCase().replaceAll('_', '-')}`
}
