import { QueryError } from '../budget.ts'
import type { QueryValue } from './query.ts'

/**
 * An object of a request body, whose keys must all be asked for: what nobody asked for is an error that names it, because an option
 * that is silently ignored gives answers to another question.
 */
export class DslObject {
  readonly path: string
  readonly #value: Readonly<Record<string, unknown>>
  readonly #asked = new Set<string>()

  constructor(value: unknown, path: string) {
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      throw wrong(path, 'an object', value)
    this.path = path
    this.#value = value as Readonly<Record<string, unknown>>
  }

  keys(): readonly string[] {
    return Object.keys(this.#value)
  }

  at(key: string): string {
    return this.path === '' ? key : `${this.path}.${key}`
  }

  has(key: string): boolean {
    this.#asked.add(key)
    return Object.hasOwn(this.#value, key) && this.#value[key] !== null
  }

  /** The value of a key, whatever it is; undefined when it is absent or null. */
  raw(key: string): unknown {
    return this.has(key) ? this.#value[key] : undefined
  }

  string(key: string): string | null {
    const value = this.raw(key)
    if (value === undefined) return null
    if (typeof value === 'string') return value
    throw wrong(this.at(key), 'a string', value)
  }

  /** A string, or a number or boolean that stands for one. */
  text(key: string): string | null {
    const value = this.value(key)
    return value === null ? null : String(value)
  }

  number(key: string): number | null {
    const value = this.raw(key)
    if (value === undefined) return null
    const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
    if (typeof number === 'number' && Number.isFinite(number)) return number
    throw wrong(this.at(key), 'a number', value)
  }

  integer(key: string, min: number, max: number): number | null {
    const value = this.number(key)
    if (value === null) return null
    if (Number.isInteger(value) && value >= min && value <= max) return value
    throw new QueryError(
      'illegal_argument',
      `${this.at(key)} is ${value}; it must be a whole number from ${min} to ${max}.`,
    )
  }

  boolean(key: string): boolean | null {
    const value = this.raw(key)
    if (value === undefined) return null
    if (value === true || value === 'true') return true
    if (value === false || value === 'false') return false
    throw wrong(this.at(key), 'true or false', value)
  }

  value(key: string): QueryValue | null {
    const value = this.raw(key)
    return value === undefined ? null : queryValue(value, this.at(key))
  }

  oneOf<T extends string>(key: string, choices: readonly T[]): T | null {
    const text = this.string(key)
    if (text === null) return null
    const found = choices.find((choice) => choice === text.toLowerCase())
    if (found !== undefined) return found
    throw new QueryError(
      'illegal_argument',
      `${this.at(key)} is '${text}'; it must be one of ${choices.join(', ')}.`,
    )
  }

  object(key: string): DslObject | null {
    const value = this.raw(key)
    return value === undefined ? null : new DslObject(value, this.at(key))
  }

  /** A list, or a single value that stands for a list of one. */
  list(key: string): readonly { readonly value: unknown; readonly path: string }[] {
    const value = this.raw(key)
    if (value === undefined) return []
    if (!Array.isArray(value)) return [{ value, path: this.at(key) }]
    return value.map((element: unknown, index) => ({ value: element, path: `${this.at(key)}[${index}]` }))
  }

  required<T>(key: string, value: T | null | undefined): T {
    if (value !== null && value !== undefined) return value
    throw new QueryError('parse', `${this.path === '' ? 'The query' : this.path} needs '${key}'.`)
  }

  /** Accepts an option only with the value that says what is done anyway. */
  only(key: string, allowed: QueryValue, why: string): void {
    const value = this.raw(key)
    if (value !== undefined && value !== allowed)
      throw new QueryError('unsupported', `${this.at(key)} can only be ${String(allowed)}: ${why}.`)
  }

  /** Throws for the keys that nobody asked for. */
  finish(): void {
    const unknown = this.keys().find((key) => !this.#asked.has(key))
    if (unknown === undefined) return
    throw new QueryError(
      'unsupported',
      `${this.at(unknown)}: there is no option '${unknown}' here. Known are ${[...this.#asked].join(', ')}.`,
    )
  }
}

export function queryValue(value: unknown, path: string): QueryValue {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value
  throw wrong(path, 'a string, a number or a boolean', value)
}

function wrong(path: string, expected: string, value: unknown): QueryError {
  const found =
    value === null
      ? 'null'
      : Array.isArray(value)
        ? 'a list'
        : typeof value === 'object'
          ? 'an object'
          : `a ${typeof value} (${JSON.stringify(value)?.slice(0, 40)})`
  return new QueryError('parse', `${path === '' ? 'The query' : path} must be ${expected}; it is ${found}.`)
}
