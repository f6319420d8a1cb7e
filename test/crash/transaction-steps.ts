import { type TransactionState, transactionStates } from '../../src/coordinator/transaction/transaction.ts'
import { transactionalId, transactionsGroup } from './transaction-names.ts'

const id = Buffer.from(transactionalId)
const group = Buffer.from(transactionsGroup)
/** Version, producer id, epoch and timeout, which stand before the state in the value of a record of `__transaction_state`. */
const beforeStateBytes = 2 + 8 + 2 + 4
/** The key of a control record, of 4 bytes, and the beginning of its value, of 6: both versions are 0. */
const markers = {
  commit: Buffer.from([8, 0, 0, 0, 1, 12, 0, 0]),
  abort: Buffer.from([8, 0, 0, 0, 0, 12, 0, 0]),
} as const

/** Whether there is a record that brings the suite's transactional id into the state. */
export function entersState(state: TransactionState): (bytes: Buffer) => boolean {
  const code = transactionStates.indexOf(state)
  return (bytes) => {
    for (let at = bytes.indexOf(id); at >= 0; at = bytes.indexOf(id, at + 1)) {
      // The key ends with the id; the length of the value follows, as a varint.
      let value = at + id.length
      while (((bytes[value] ?? 0) & 0x80) !== 0) value += 1
      if (bytes[value + 1 + beforeStateBytes] === code) return true
    }
    return false
  }
}

/** Whether there is a marker, in whatever partition. */
export function hasMarker(outcome: 'commit' | 'abort'): (bytes: Buffer) => boolean {
  return (bytes) => bytes.includes(markers[outcome])
}

/** Whether offsets are committed for the group that commits in transactions. */
export function commitsOffsets(bytes: Buffer): boolean {
  return bytes.includes(group)
}
