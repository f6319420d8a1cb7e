/** The partition of `__consumer_offsets` that a group lives in: Java's `String.hashCode`, made positive, by the count. */
export function partitionForGroup(groupId: string, partitions: number): number {
  let hash = 0
  for (let index = 0; index < groupId.length; index++) {
    hash = (Math.imul(hash, 31) + groupId.charCodeAt(index)) | 0
  }
  // Kafka's Utils.abs maps the smallest int, which has no positive counterpart, to 0.
  return (hash === -2_147_483_648 ? 0 : Math.abs(hash)) % partitions
}
