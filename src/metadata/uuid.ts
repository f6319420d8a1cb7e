import type { Random } from '../env/random.ts'

/**
 * A random UUID (version 4, variant 2) in Kafka's text form: 22 characters of base64url. As Kafka's
 * `Uuid.randomUuid` it never starts with "-", which a command line would take for an option. The ids that Kafka
 * reserves (all of whose first 15 bytes are zero) cannot come up, since the version's bits are never zero.
 */
export function randomUuid(random: Random): string {
  for (;;) {
    const bytes = random.bytes(16)
    bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x40, 6)
    bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8)
    const text = bytes.toString('base64url')
    if (!text.startsWith('-')) return text
  }
}
