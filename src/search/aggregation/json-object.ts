import { QueryError } from '../budget.ts'

type Json = Readonly<Record<string, unknown>>

/**
 * Reads the members of a JSON object of a request. Each member is asked for by name, and one that nobody asked for is an error:
 * nothing is silently ignored. Errors name the path from the top of the request.
 */
export class JsonObject {
  readonly path: string
  readonly #members: Json
  readonly #asked = new Set<string>()

  /** @throws QueryError when it is no object */
  constructor(value: unknown, path: string) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw new QueryError('parse', `[${path}] must be an object, and is ${typeName(value)}`)
    }
    this.path = path
    this.#members = value as Json
  }

  get keys(): readonly string[] {
    return Object.keys(this.#members)
  }

  has(key: string): boolean {
    this.#asked.add(key)
    return Object.hasOwn(this.#members, key) && this.#members[key] !== null
  }

  raw(key: string): unknown {
    return this.has(key) ? this.#members[key] : undefined
  }

  at(key: string): string {
    return this.path === '' ? key : `${this.path}.${key}`
  }

  fail(key: string, what: string): QueryError {
    return new QueryError('parse', `[${this.at(key)}] ${what}`)
  }

  object(key: string): JsonObject | null {
    return this.has(key) ? new JsonObject(this.#members[key], this.at(key)) : null
  }

  list(key: string): readonly unknown[] | null {
    const value = this.raw(key)
    if (value === undefined) return null
    if (!Array.isArray(value)) throw this.fail(key, `must be an array, and is ${typeName(value)}`)
    return value
  }

  text(key: string): string | null {
    const value = this.raw(key)
    if (value === undefined) return null
    if (typeof value !== 'string') throw this.fail(key, `must be a string, and is ${typeName(value)}`)
    return value
  }

  /** A number, or a string that spells one, as Elasticsearch takes it. */
  number(key: string): number | null {
    const value = this.raw(key)
    if (value === undefined) return null
    const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
    if (typeof number !== 'number' || !Number.isFinite(number)) {
      throw this.fail(key, `must be a number, and is ${JSON.stringify(value)}`)
    }
    return number
  }

  integer(key: string, min: number, max = Number.MAX_SAFE_INTEGER): number | null {
    const value = this.number(key)
    if (value === null) return null
    if (!Number.isInteger(value) || value < min || value > max) {
      throw this.fail(key, `must be a whole number from ${min} to ${max}, and is ${value}`)
    }
    return value
  }

  flag(key: string): boolean | null {
    const value = this.raw(key)
    if (value === undefined) return null
    if (value === true || value === 'true') return true
    if (value === false || value === 'false') return false
    throw this.fail(key, `must be true or false, and is ${JSON.stringify(value)}`)
  }

  choice<T extends string>(key: string, choices: readonly T[]): T | null {
    const value = this.text(key)
    if (value === null) return null
    const found = choices.find((choice) => choice === value.toLowerCase())
    if (found === undefined) throw this.fail(key, `must be one of ${choices.join(', ')}, and is "${value}"`)
    return found
  }

  required<T>(key: string, value: T | null): T {
    if (value === null) throw this.fail(key, 'is missing')
    return value
  }

  /** To be called when everything was read. @throws QueryError for a member that nobody asked for */
  end(): void {
    const unknown = this.keys.find((key) => !this.#asked.has(key))
    if (unknown === undefined) return
    const known = [...this.#asked].sort().join(', ')
    throw new QueryError('parse', `unknown key [${unknown}] at [${this.at(unknown)}]; there are: ${known}`)
  }
}

export function typeName(value: unknown): string {
  if (value === null || value === undefined) return 'null'
  if (Array.isArray(value)) return 'an array'
  return typeof value === 'object' ? 'an object' : `the ${typeof value} ${JSON.stringify(value)}`
}
