import type { KafkaError } from '../../../protocol/errors.ts'
import { kafkaProblem } from '../problem.ts'
import type { LineResult } from './record-stream.ts'
import type { RecordResult } from './record-appender.ts'

/** One result as JSON. */
export function resultJson(result: RecordResult): object {
  const { partition } = result
  if (result.kind === 'appended') return { partition, offset: result.offset }
  const { code, detail, retriable } = kafkaProblem(result.error).problem
  return { partition, error: { code, detail, retriable } }
}

export interface ProduceAnswer {
  /** 200; 207 when some records were appended and some were not. */
  readonly status: number
  readonly body: object
}

/**
 * The answer to a whole body.
 * @throws ProblemError when no record was appended
 */
export function produceAnswer(topic: string, results: readonly RecordResult[]): ProduceAnswer {
  const failed = results.filter((result) => result.kind === 'failed')
  const [first] = failed
  if (first !== undefined && failed.length === results.length) throw kafkaProblem(first.error)
  return {
    status: failed.length === 0 ? 200 : 207,
    body: {
      topic,
      appended: results.length - failed.length,
      failed: failed.length,
      records: results.map(resultJson),
    },
  }
}

interface PartitionSummary {
  readonly partition: number
  appended: number
  readonly firstOffset: number
  lastOffset: number
}

/** Adds up the results of a stream, whose length nobody knows, in memory that does not grow with it. */
export class StreamSummary {
  readonly #partitions = new Map<number, PartitionSummary>()
  appended = 0
  /** The first record that could not be appended. */
  failure: { readonly line: number; readonly error: KafkaError } | null = null

  add(results: readonly LineResult[]): void {
    for (const { line, result } of results) {
      if (result.kind === 'failed') this.failure ??= { line, error: result.error }
      else this.#addOffset(result.partition, result.offset)
    }
  }

  /** By partition. */
  get partitions(): readonly PartitionSummary[] {
    return [...this.#partitions.values()].sort((a, b) => a.partition - b.partition)
  }

  #addOffset(partition: number, offset: number): void {
    this.appended += 1
    const known = this.#partitions.get(partition)
    if (known === undefined) {
      this.#partitions.set(partition, { partition, appended: 1, firstOffset: offset, lastOffset: offset })
      return
    }
    known.appended += 1
    known.lastOffset = Math.max(known.lastOffset, offset)
  }
}
