import type { Address } from './address.ts'

/**
 * How the text of a setting is read.
 * `int` and `long` differ only in their bounds; `duration-ms` and `bytes` also take a unit ("7d", "64MiB") and give a
 * number of milliseconds or bytes. `address` is `host:port`. `password` is a string that is never shown.
 */
export type PropertyType =
  | 'boolean'
  | 'int'
  | 'long'
  | 'double'
  | 'string'
  | 'password'
  | 'list'
  | 'enum'
  | 'duration-ms'
  | 'bytes'
  | 'address'

export type Importance = 'high' | 'medium' | 'low'

/** One row of a settings table. Everything that is known about a setting stands here and nowhere else. */
export interface Property {
  readonly type: PropertyType
  /** As a user would write it, or null for "not set". Read by the same parser as every other layer. */
  readonly default: string | null
  /** One or two sentences for the reference page and DescribeConfigs. */
  readonly doc: string
  readonly importance: Importance
  /** Inclusive bounds of a number, in the base unit of the type (milliseconds, bytes). */
  readonly min?: number
  readonly max?: number
  /** Allowed words of an `enum`, or of each element of a `list`. */
  readonly values?: readonly string[]
  /** Numbers that are allowed although they lie outside the bounds. */
  readonly also?: readonly number[]
  /** What a plain number counts, where the type does not say it already. */
  readonly unit?: string
  /** The value may be changed while the server runs. */
  readonly dynamic?: boolean
  /** An `address` that also takes the word `auto`. */
  readonly auto?: boolean
  /** Kafka broker configs of another name that set this one when they come from `KAFKA_*` variables. */
  readonly kafkaAliases?: readonly string[]
}

export type PropertyTable = Readonly<Record<string, Property>>

/** Lets TypeScript keep the literal types of a table, from which `get` infers the type of each value. */
export function defineProperties<const T extends PropertyTable>(table: T): T {
  return table
}

type NumberType = 'int' | 'long' | 'double' | 'duration-ms' | 'bytes'

type PresentValue<P extends Property> = P['type'] extends 'boolean'
  ? boolean
  : P['type'] extends NumberType
    ? number
    : P['type'] extends 'list'
      ? readonly (P extends { readonly values: readonly (infer V extends string)[] } ? V : string)[]
      : P['type'] extends 'enum'
        ? P extends { readonly values: readonly (infer V extends string)[] }
          ? V
          : never
        : P['type'] extends 'address'
          ? P extends { readonly auto: true }
            ? Address | 'auto'
            : Address
          : string

/** The TypeScript type of a row's value; `null` is part of it when the row has no default. */
export type ValueOf<P extends Property> = P['default'] extends null ? PresentValue<P> | null : PresentValue<P>

/** Any value that some row can have. */
export type Value = boolean | number | string | readonly string[] | Address | null

/** The greatest 64-bit integer, which Kafka uses for "no limit". */
export const LONG_MAX = '9223372036854775807'
