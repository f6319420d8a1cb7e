import type { BenchTopic } from './brokers/topic.ts'
import { sleep } from './load/sleep.ts'

/** Data of topics that are done with; beyond it they are deleted. */
const KEPT_BYTES = 6e9
/** Both systems remove the files of a deleted topic a moment later. */
const DELETION_MS = 2000

/**
 * Keeps the topics of finished runs for a while instead of deleting each. Deleting one frees its page cache, and in a virtual
 * machine the host may take that memory, which makes the next run slower than the one before; so deletions come together.
 */
export class TopicKeeper {
  #kept: BenchTopic[] = []
  #bytes = 0

  async retire(topic: BenchTopic, bytes: number): Promise<void> {
    this.#kept.push(topic)
    this.#bytes += bytes
    if (this.#bytes > KEPT_BYTES) await this.deleteAll()
  }

  async deleteAll(): Promise<void> {
    const topics = this.#kept
    this.#kept = []
    this.#bytes = 0
    for (const topic of topics) await topic[Symbol.asyncDispose]()
    if (topics.length > 0) await sleep(DELETION_MS)
  }
}
