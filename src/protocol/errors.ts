import { errorTable } from './error-table.ts'
import type { ErrorName } from './error-table.ts'

export { errorTable } from './error-table.ts'
export type { ErrorEntry, ErrorName } from './error-table.ts'

const nameByCode = new Map<number, ErrorName>()
let name: ErrorName
for (name in errorTable) nameByCode.set(errorTable[name].code, name)

/** The code that stands for the error on the wire. */
export function errorCode(name: ErrorName): number {
  return errorTable[name].code
}

/** The error's name; UNKNOWN_SERVER_ERROR for a code that Kafka does not have, as its own clients read it. */
export function errorNameOf(code: number): ErrorName {
  return nameByCode.get(code) ?? 'UNKNOWN_SERVER_ERROR'
}

/** An expected failure that has a code on the wire. The message carries the user's own values and the way out. */
export class KafkaError extends Error {
  readonly errorName: ErrorName
  readonly code: number
  readonly retriable: boolean

  constructor(name: ErrorName, message: string = errorTable[name].message, options?: ErrorOptions) {
    super(message, options)
    this.name = 'KafkaError'
    this.errorName = name
    this.code = errorTable[name].code
    this.retriable = errorTable[name].retriable
  }
}

/**
 * Bytes that are no message of the stated version, or a value that this version cannot carry (Kafka's
 * InvalidRequestException and SchemaException). Decoding throws nothing else, whatever the bytes are.
 */
export class ProtocolError extends KafkaError {
  constructor(message: string) {
    super('INVALID_REQUEST', message)
    this.name = 'ProtocolError'
  }
}
