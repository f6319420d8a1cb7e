import { ClusterClient } from '../../src/client/cluster-client.ts'
import { Producer } from '../../src/client/producer.ts'
import { nodeEnv } from '../../src/env/node/env.ts'
import type { Prng } from '../../src/env/sim/prng.ts'
import type { CompressionType } from '../../src/records/compression/codec.ts'
import type { PromiseLedger, Sent } from './promise-ledger.ts'
import { type SearchClient, ServerGoneError } from './search-client.ts'

const words = ['timeout', 'connection', 'reset', 'slow', 'request', 'cache', 'größe', 'über', 'retry', 'done']
const levels = ['debug', 'info', 'warn', 'error']
const codecs: readonly CompressionType[] = ['none', 'gzip', 'snappy', 'lz4', 'zstd']
const burstMax = 60

export interface WriterOptions {
  readonly name: string
  readonly topic: string
  readonly kafkaPort: number
  readonly random: Prng
  readonly ledger: PromiseLedger
  /** The API of the server that runs now, or null while there is none. */
  readonly api: () => SearchClient | null
}

/** Writes a record, waits for its acknowledgement, searches for it at once; between that, bursts that are searched for as a whole. */
export class PromiseWriter {
  readonly #options: WriterOptions
  #stopped = false
  #count = 0

  constructor(options: WriterOptions) {
    this.#options = options
  }

  stop(): void {
    this.#stopped = true
  }

  async run(): Promise<void> {
    const { kafkaPort, random } = this.#options
    const compression = codecs[random.below(codecs.length)] ?? 'none'
    await using client = new ClusterClient(nodeEnv(), [{ host: '127.0.0.1', port: kafkaPort }], {})
    await using producer = new Producer(client, { compression, lingerMs: 0, deliveryTimeoutMs: 120_000 })
    while (!this.#stopped) {
      const burst = random.below(4) === 0 ? 2 + random.below(burstMax) : 1
      const entries = Array.from({ length: burst }, () => this.#next())
      await Promise.all(entries.map((entry) => this.#write(producer, entry)))
      for (const entry of burst === 1 ? entries : entries.slice(0, 2)) await this.#lookFor(entry)
    }
  }

  #next(): Sent {
    const { name, topic, random, ledger } = this.#options
    const token = `${name}x${this.#count++}`
    const text = Array.from({ length: 1 + random.below(12) }, () => words[random.below(words.length)]).join(
      ' ',
    )
    const level = levels[random.below(levels.length)]
    const value = {
      token,
      writer: name,
      n: this.#count,
      level,
      ms: random.below(10_000) / 10,
      text,
      tags: [level, name],
    }
    return ledger.add(token, topic, value)
  }

  async #write(producer: Producer, entry: Sent): Promise<void> {
    const { random, topic, ledger } = this.#options
    const partition = random.below(3)
    const key = random.below(2) === 0 ? null : Buffer.from(entry.token)
    const value = Buffer.from(JSON.stringify(entry.value))
    ledger.acknowledge(entry, await producer.send({ topic, partition, key, value }))
  }

  async #lookFor(entry: Sent): Promise<void> {
    const { api, topic, ledger } = this.#options
    const client = api()
    if (client === null) return
    try {
      const answer = await client.search({
        topics: [topic],
        query: { term: { token: entry.token } },
        timeout: '60s',
      })
      ledger.checkToken(entry, answer.hits, answer.complete)
    } catch (error) {
      // It is looked for again after the next start.
      if (!(error instanceof ServerGoneError))
        ledger.report(`a search for ${entry.token} failed: ${String(error)}`)
    }
  }
}
