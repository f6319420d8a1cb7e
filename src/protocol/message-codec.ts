import { decoderSource } from './decoder-source.ts'
import { encoderSource } from './encoder-source.ts'
import { KafkaError } from './errors.ts'
import { messageLayout } from './layout.ts'
import type { StructLayout } from './layout.ts'
import * as reader from './reader.ts'
import type { MessageTable } from './schema.ts'
import * as writer from './writer.ts'
import type { Writer } from './writer.ts'

/** How int64 values stand: as the nearest number (production), or exactly as bigint. */
export type Int64Mode = 'number' | 'exact'

/** Reads from `position`, never beyond `end`; leaves `cursor.position` behind the message. */
export type Decode = (buffer: Buffer, position: number, end: number) => object

/** Appends to the writer's message. */
export type Encode = (writer: Writer, value: object) => void

interface Codec {
  decode: Decode | null
  encode: Encode | null
}

type CodecsOfTable = Record<Int64Mode, Codec[]>

const codecs = new WeakMap<MessageTable, CodecsOfTable>()

/** The decoder of one version of a message, compiled at first use. Throws UNSUPPORTED_VERSION for others than the table's. */
export function decoderOf(table: MessageTable, version: number, mode: Int64Mode = 'number'): Decode {
  const codec = codecOf(table, version, mode)
  codec.decode ??= compileDecoder(messageLayout(table, version), mode)
  return codec.decode
}

/** The encoder of one version of a message, compiled at first use. Throws UNSUPPORTED_VERSION for others than the table's. */
export function encoderOf(table: MessageTable, version: number, mode: Int64Mode = 'number'): Encode {
  const codec = codecOf(table, version, mode)
  codec.encode ??= compileEncoder(messageLayout(table, version), mode)
  return codec.encode
}

function codecOf(table: MessageTable, version: number, mode: Int64Mode): Codec {
  let all = codecs.get(table)
  if (all === undefined) {
    all = { number: [], exact: [] }
    codecs.set(table, all)
  }
  const known = all[mode][version]
  if (known !== undefined) return known
  const [first, last] = table.versions
  if (!Number.isInteger(version) || version < first || version > last) {
    throw new KafkaError(
      'UNSUPPORTED_VERSION',
      `${table.name} version ${version} is not supported; versions ${first} to ${last} are`,
    )
  }
  const codec: Codec = { decode: null, encode: null }
  all[mode][version] = codec
  return codec
}

/* oxlint-disable typescript/no-implied-eval -- the sources come from our own tables alone: no byte of a message ever gets into them */
function compileDecoder(layout: StructLayout, mode: Int64Mode): Decode {
  return compile(decoderSource(layout, mode === 'exact'), reader) as Decode
}

function compileEncoder(layout: StructLayout, mode: Int64Mode): Encode {
  const scope = { ...writer, emptyBuffer: reader.emptyBuffer }
  return compile(encoderSource(layout, mode === 'exact'), scope) as Encode
}

function compile(source: string, scope: Readonly<Record<string, unknown>>): unknown {
  const make = new Function(...Object.keys(scope), source) as (...values: unknown[]) => unknown
  return make(...Object.values(scope))
}
