/** The protocol type whose member metadata the coordinator looks into, for the names of the topics only. */
export const CONSUMER_PROTOCOL_TYPE = 'consumer'

/**
 * Topics of a ConsumerProtocolSubscription: int16 version, int32 count, then each topic as int16 length and UTF-8.
 * All versions begin like this, and not all clients get right what their version puts behind it, so no more is read.
 * Null when it is something else.
 */
export function parseSubscription(metadata: Buffer): string[] | null {
  if (metadata.length < 6 || metadata.readInt16BE(0) < 0) return null
  const count = metadata.readInt32BE(2)
  let position = 6
  if (count < 0 || count > (metadata.length - position) / 2) return null
  const topics: string[] = []
  for (let index = 0; index < count; index++) {
    if (position + 2 > metadata.length) return null
    const length = metadata.readInt16BE(position)
    position += 2
    if (length < 0 || position + length > metadata.length) return null
    topics.push(metadata.toString('utf8', position, position + length))
    position += length
  }
  return topics
}
