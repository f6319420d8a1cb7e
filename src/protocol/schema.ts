/**
 * The language of the message tables: one plain object per message, from which the codecs are compiled and the
 * TypeScript types are inferred. A table holds facts of the wire format and nothing else.
 */

/** Scalars of the wire. `records` is a length-prefixed run of record batches that is never looked into here. */
export type ScalarType =
  | 'bool'
  | 'int8'
  | 'int16'
  | 'uint16'
  | 'int32'
  | 'int64'
  | 'float64'
  | 'string'
  | 'uuid'
  | 'bytes'
  | 'records'

/** `'3+'`, `'0-12'` or `'4'`: the versions in which something holds. */
export type VersionRange = `${number}+` | `${number}-${number}` | `${number}`

export interface Field {
  readonly type: ScalarType | `[]${ScalarType}` | 'struct' | '[]struct'
  /** Versions that have the field; all of the message's when left out. */
  readonly versions?: VersionRange
  /** Versions in which null may stand for the value; `true` for all that have the field. */
  readonly nullable?: true | VersionRange
  /** What stands for the field where it is absent; when left out 0, false, '', the zero uuid, no bytes, [] or a struct of defaults. */
  readonly default?: string | number | boolean | null
  /** The field travels as a tagged field (KIP-482), and only when it differs from its default. */
  readonly tag?: number
  /** A value other than the default is dropped, not refused, in versions that lack the field. */
  readonly ignorable?: true
  /** The fields of a struct, in wire order. */
  readonly fields?: Fields
}

export type Fields = { readonly [name: string]: Field }

export interface MessageTable {
  readonly name: string
  /** First and last version that can be spoken. */
  readonly versions: readonly [first: number, last: number]
  /** First version with compact lengths and tagged fields (KIP-482); left out when no version has them. */
  readonly flexibleFrom?: number
  readonly fields: Fields
}

/** Largest signed 64-bit number as the nearest double; encoding clamps it back to 2^63 - 1. */
export const INT64_MAX = 9_223_372_036_854_775_808

/** Uuids stand as 22 characters of base64url, as Kafka prints them. */
export const ZERO_UUID = 'AAAAAAAAAAAAAAAAAAAAAA'

interface ScalarValues {
  bool: boolean
  int8: number
  int16: number
  uint16: number
  int32: number
  int64: number
  float64: number
  string: string
  uuid: string
  bytes: Buffer
  records: Buffer
}

interface ScalarInputs extends Omit<ScalarValues, 'bytes' | 'records'> {
  bytes: Uint8Array
  records: Buffer | readonly Buffer[]
}

/** What decoding a struct of these fields gives: every field is there, absent ones hold their default. */
export type StructOf<F extends Fields> = { readonly [K in keyof F]: ValueOf<F[K]> }

type ValueOf<F extends Field> = F extends { readonly nullable: true | string }
  ? PlainOf<F> | null
  : PlainOf<F>

type PlainOf<F extends Field> = F['type'] extends ScalarType
  ? ScalarValues[F['type']]
  : F['type'] extends `[]${infer E extends ScalarType}`
    ? readonly ScalarValues[E][]
    : F extends { readonly type: infer T; readonly fields: infer S extends Fields }
      ? T extends 'struct'
        ? StructOf<S>
        : readonly StructOf<S>[]
      : never

type Optional = { readonly default: unknown } | { readonly tag: number } | { readonly versions: string }

type OptionalKeys<F extends Fields> = { [K in keyof F]: F[K] extends Optional ? K : never }[keyof F]

/** What encoding a struct takes: fields with a stated default, tagged ones and those of some versions only may be left out. */
export type StructInput<F extends Fields> = {
  readonly [K in Exclude<keyof F, OptionalKeys<F>>]: InputOf<F[K]>
} & { readonly [K in OptionalKeys<F>]?: InputOf<F[K]> | undefined }

type InputOf<F extends Field> = F extends { readonly nullable: true | string }
  ? PlainInput<F> | null
  : PlainInput<F>

type PlainInput<F extends Field> = F['type'] extends ScalarType
  ? ScalarInputs[F['type']]
  : F['type'] extends `[]${infer E extends ScalarType}`
    ? readonly ScalarInputs[E][]
    : F extends { readonly type: infer T; readonly fields: infer S extends Fields }
      ? T extends 'struct'
        ? StructInput<S>
        : readonly StructInput<S>[]
      : never

export type MessageOf<T extends MessageTable> = StructOf<T['fields']>
export type MessageInput<T extends MessageTable> = StructInput<T['fields']>

/** A tagged field that this version's table does not know. */
export interface UnknownTag {
  readonly tag: number
  readonly bytes: Buffer
}

/** Decoded structs carry unknown tagged fields here, and only when there were some; encoding writes them again. */
export interface WithUnknownTags {
  readonly unknownTags?: readonly UnknownTag[]
}
