import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { ClusterClient } from '../../src/client/cluster-client.ts'
import { LATEST, listOffsets } from '../../src/client/offsets.ts'
import { nodeEnv } from '../../src/env/node/env.ts'
import {
  LAST_OFFSET_DELTA_AT,
  LEADER_EPOCH_AT,
  LENGTH_AT,
  RECORD_COUNT_AT,
} from '../../src/records/record-batch.ts'
import type { Places } from './tool-output.ts'
import { ToolServer, type ToolAnswer } from './tool-server.ts'
import type { ToolStep } from './tool-step.ts'

const SEGMENT_WAIT_MS = 30_000

interface ToolBenchOptions {
  readonly classPath: string
  /** Of the broker, host:port. */
  readonly address: string
  /** For files that tools read. */
  readonly folder: string
  /** Where the broker keeps the folders of its partitions. */
  readonly logs: string
  /** Where these are inside of it. */
  readonly partitions: string
  /** Whether these folders have the topic's id in their names, and not its name. */
  readonly byTopicId: boolean
}

/** A broker and the tools that are tried on it. */
export class ToolBench implements AsyncDisposable {
  readonly #options: ToolBenchOptions
  readonly #tools: ToolServer
  #dumped: string | null = null

  constructor(options: ToolBenchOptions) {
    this.#options = options
    this.#tools = new ToolServer(options.classPath)
  }

  get places(): Places {
    const { folder, logs } = this.#options
    return { folder, logs, segment: this.#dumped }
  }

  async run({ action }: ToolStep): Promise<ToolAnswer> {
    const { address: broker, folder } = this.#options
    switch (action.kind) {
      case 'tool': {
        for (const [name, text] of Object.entries(action.files)) writeFileSync(join(folder, name), text)
        const args = await Promise.all(action.args.map((arg) => this.#expand(arg)))
        return await this.#tools.ask({ tool: action.tool, args, input: action.input })
      }
      case 'member':
      case 'transaction': {
        const { kind, ...rest } = action
        return await this.#tools.ask({ hold: kind, broker, ...rest })
      }
      case 'release':
        return await this.#tools.ask({ release: action.name })
    }
  }

  async #expand(arg: string): Promise<string> {
    const [, topic, partition] = /^SEGMENT\((.*),(\d+)\)$/.exec(arg) ?? []
    if (topic !== undefined) return await this.#segment(topic, Number(partition))
    return arg.replaceAll('BROKER', this.#options.address).replaceAll('DIR', this.#options.folder)
  }

  /** The path of a partition's first segment, once all that was written to the partition is in it. */
  async #segment(topic: string, partition: number): Promise<string> {
    const { address, byTopicId, partitions } = this.#options
    const [host = '', port] = address.split(':')
    await using client = new ClusterClient(nodeEnv(), [{ host, port: Number(port) }])
    const name = byTopicId ? (await client.topic(topic)).topicId : topic
    const path = join(partitions, `${name}-${partition}`, '00000000000000000000.log')
    const [end] = await listOffsets(client, [{ topic, partition, timestamp: LATEST }])
    if (end === undefined) throw new Error(`no end of ${topic}-${partition}`)
    for (let waitedMs = 0; nextOffset(path) < end.offset; waitedMs += 50) {
      if (waitedMs > SEGMENT_WAIT_MS)
        throw new Error(`${path} ends at ${nextOffset(path)}, not ${end.offset}`)
      await sleep(50)
    }
    this.#dumped = path
    return path
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#tools[Symbol.asyncDispose]()
  }
}

/** The offset after the last whole batch of a segment, 0 when there is none. */
function nextOffset(path: string): number {
  if (!existsSync(path)) return 0
  const bytes = readFileSync(path)
  let next = 0
  for (let at = 0; at + RECORD_COUNT_AT <= bytes.length;) {
    const after = at + LEADER_EPOCH_AT + bytes.readInt32BE(at + LENGTH_AT)
    if (after <= bytes.length)
      next = Number(bytes.readBigInt64BE(at)) + bytes.readInt32BE(at + LAST_OFFSET_DELTA_AT) + 1
    at = after
  }
  return next
}
