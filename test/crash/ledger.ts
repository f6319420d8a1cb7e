/** What a writer knows of one value that it sent. */
export interface Sent {
  /** How often the value was handed to a connection: an upper bound of how often it may be in the log. */
  attempts: number
  acknowledged: boolean
  /** Where the broker said that it stands, or -1. */
  offset: number
}

export interface WriterLedger {
  readonly id: number
  readonly idempotent: boolean
  /** By sequence. */
  readonly sent: Sent[]
}

/** What was promised about one partition: everything that the suites check is in here, and nothing else. */
export interface PartitionLedger {
  readonly topic: string
  readonly partition: number
  readonly writers: Map<number, WriterLedger>
  /** What a consumer has read, by offset: `sampleKey`, or undefined where it did not read. */
  readonly seen: number[]
  /** The highest high watermark that anybody was told. */
  highWatermark: number
}

export function newPartitionLedger(topic: string, partition: number): PartitionLedger {
  return { topic, partition, writers: new Map(), seen: [], highWatermark: 0 }
}

export function addWriter(ledger: PartitionLedger, id: number, idempotent: boolean): WriterLedger {
  const writer = { id, idempotent, sent: [] }
  ledger.writers.set(id, writer)
  return writer
}

/** One number for a writer's value. */
export function sampleKey(writer: number, sequence: number): number {
  return writer * 0x1_0000_0000 + sequence
}

/** A copy that later events do not change. */
export function copyLedger(ledger: PartitionLedger): PartitionLedger {
  const writers = new Map<number, WriterLedger>()
  for (const writer of ledger.writers.values()) {
    writers.set(writer.id, { ...writer, sent: writer.sent.map((sent) => ({ ...sent })) })
  }
  return { ...ledger, writers, seen: [...ledger.seen] }
}

/** Takes over what was sent since `ledger` was copied: it may be in the log, though nothing was promised. */
export function allowSent(ledger: PartitionLedger, later: PartitionLedger): void {
  for (const writer of later.writers.values()) {
    const own = ledger.writers.get(writer.id)
    if (own === undefined) continue
    for (const [sequence, { attempts }] of writer.sent.entries()) {
      const known = own.sent[sequence]
      if (known === undefined) own.sent.push({ attempts, acknowledged: false, offset: -1 })
      else known.attempts = attempts
    }
  }
}
