import { KafkaError } from '../protocol/errors.ts'

/**
 * Compares the leader epoch that a client knows with the current one (KIP-320). -1 means that it knows none.
 * @throws KafkaError FENCED_LEADER_EPOCH when the client is behind, UNKNOWN_LEADER_EPOCH when it is ahead
 */
export function checkLeaderEpoch(known: number, current: number): void {
  if (known === -1 || known === current) return
  if (known < current) {
    throw new KafkaError(
      'FENCED_LEADER_EPOCH',
      `leader epoch ${known} is over, the current one is ${current}`,
    )
  }
  throw new KafkaError(
    'UNKNOWN_LEADER_EPOCH',
    `leader epoch ${known} is not known here, the current one is ${current}`,
  )
}
