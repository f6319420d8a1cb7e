import { createReadStream, statSync } from 'node:fs'
import { Option, type Command } from 'commander'
import type { ClusterClient } from '../client/cluster-client.ts'
import type { ProducerRecord, RecordPlace } from '../client/producer-batch.ts'
import { Producer } from '../client/producer.ts'
import type { CompressionType } from '../records/compression/codec.ts'
import type { RecordHeader } from '../records/record.ts'
import { CliError, usageError } from './cli-error.ts'
import { addClientOptions, findTopics, parseInteger, withClient } from './client-command.ts'
import type { ClientCommandOptions } from './client-command.ts'
import { collect } from './config-options.ts'
import { compileRecordFormat, type RecordFormat } from './format/record-format.ts'
import { RecordReader, type ReadRecord } from './format/record-reader.ts'
import { note, writeData } from './output.ts'
import { Progress } from './progress.ts'

interface Options extends ClientCommandOptions {
  readonly format: string
  readonly outputFormat: string
  readonly key?: string
  readonly header: readonly string[]
  readonly partition?: number
  readonly compression: CompressionType
  readonly acks: 'all' | '-1' | '0' | '1'
  readonly tombstone?: true
  readonly deliveryTimeout: number
  readonly maxMessageBytes?: number
  readonly allowAutoTopicCreation?: true
}

const DEFAULT_OUTPUT = 'Produced to partition %p at offset %o with timestamp %d.\\n'

export function define(command: Command): void {
  command
    .argument('[topic]', 'topic for records whose input names none with %t')
    .argument('[files...]', 'files to read; stdin without one')
    .option('-f, --format <format>', 'how to read the input: %t %k %v %p %d %h, sizes %T %K %V %H', '%v\\n')
    .option('-o, --output-format <format>', 'what to print for each record that was written', DEFAULT_OUTPUT)
    .option('-k, --key <key>', 'key of records whose input has none')
    .option('-H, --header <key=value>', 'a header for each record; may be given several times', collect, [])
    .option('-p, --partition <n>', 'partition; without it the key decides', parseInteger('--partition', 0))
    .addOption(
      new Option('-z, --compression <type>', 'compression of the batches')
        .choices(['none', 'gzip', 'snappy', 'lz4', 'zstd'])
        .default('none'),
    )
    .addOption(
      new Option('--acks <acks>', 'who must have a record before it counts as written')
        .choices(['all', '-1', '0', '1'])
        .default('all'),
    )
    .option('-Z, --tombstone', 'write empty values as tombstones (null)')
    .option(
      '--delivery-timeout <ms>',
      'how long to try for each record',
      parseInteger('--delivery-timeout', 1000),
      60_000,
    )
    .option(
      '--max-message-bytes <n>',
      'size of a batch before compression',
      parseInteger('--max-message-bytes', 1),
    )
    .option('--allow-auto-topic-creation', 'let the broker create a topic that does not exist')
    .action(produce)
  addClientOptions(command)
}

async function produce(topic: string | undefined, files: readonly string[], options: Options): Promise<void> {
  const reader = new RecordReader(options.format)
  const output = options.outputFormat === '' ? null : compileRecordFormat(options.outputFormat)
  const headers = options.header.map(parseHeader)
  const total = totalBytes(files)
  await withClient(options, async (client) => {
    if (topic !== undefined) await prepareTopic(client, topic, options.allowAutoTopicCreation === true)
    const producing = new Producing(client, options, output, headers, topic)
    {
      // Lines on the terminal would be torn apart by a progress line between them.
      const silent = output !== null && process.stdout.isTTY
      using progress = new Progress(client.env, total, process.stderr.isTTY && !silent)
      await producing.run(reader, files, progress)
      if (!silent && process.stderr.isTTY) {
        const summary = progress.summary()
        progress[Symbol.dispose]()
        note(summary)
      }
    }
  })
}

/** Finds out early, and in a sentence, that the topic is not there. */
async function prepareTopic(client: ClusterClient, topic: string, create: boolean): Promise<void> {
  if (create) await client.any('Metadata', { topics: [{ name: topic }], allowAutoTopicCreation: true })
  else await findTopics(client, [topic], false)
}

class Producing {
  readonly #producer: Producer
  readonly #options: Options
  readonly #output: RecordFormat | null
  readonly #headers: readonly RecordHeader[]
  readonly #topic: string | undefined
  readonly #key: Buffer | null
  #printed = 0
  #failure: Error | null = null

  constructor(
    client: ClusterClient,
    options: Options,
    output: RecordFormat | null,
    headers: readonly RecordHeader[],
    topic: string | undefined,
  ) {
    const acks = options.acks === 'all' || options.acks === '-1' ? -1 : options.acks === '0' ? 0 : 1
    this.#producer = new Producer(client, {
      acks,
      compression: options.compression,
      deliveryTimeoutMs: options.deliveryTimeout,
      ...(options.maxMessageBytes === undefined ? {} : { batchBytes: options.maxMessageBytes }),
    })
    this.#options = options
    this.#output = output
    this.#headers = headers
    this.#topic = topic
    this.#key = options.key === undefined ? null : Buffer.from(options.key)
  }

  async run(reader: RecordReader, files: readonly string[], progress: Progress): Promise<void> {
    await using producer = this.#producer
    for await (const piece of inputOf(files)) {
      for (const record of reader.push(piece)) await this.#send(record, progress)
      progress.bytes += piece.length
    }
    for (const record of reader.end()) await this.#send(record, progress)
    await producer.flush().catch((error: unknown) => {
      throw this.#failure ?? error
    })
  }

  async #send(read: ReadRecord, progress: Progress): Promise<void> {
    if (this.#failure !== null) throw this.#failure
    const topic = read.topic ?? this.#topic
    if (topic === undefined)
      throw usageError('no topic; name one as argument, or read it from the input with %t')
    const record = this.#recordOf(read, topic)
    const { acknowledged } = await this.#producer.enqueue(record)
    progress.records++
    acknowledged.then(
      (place) => this.#print(record, place),
      (error: unknown) => {
        this.#failure ??= error instanceof Error ? error : new Error(String(error))
      },
    )
  }

  #recordOf(read: ReadRecord, topic: string): ProducerRecord {
    const value = read.value ?? null
    const partition = read.partition ?? this.#options.partition
    return {
      topic,
      key: read.key ?? this.#key,
      value: this.#options.tombstone === true && value?.length === 0 ? null : value,
      headers: [...this.#headers, ...read.headers],
      ...(partition === undefined ? {} : { partition }),
      ...(read.timestamp === undefined ? {} : { timestamp: read.timestamp }),
    }
  }

  #print(record: ProducerRecord, place: RecordPlace): void {
    if (this.#output === null) return
    const parts: (string | Buffer)[] = []
    this.#output(
      {
        ...place,
        key: record.key,
        value: record.value,
        headers: record.headers ?? [],
        batch: null,
        count: ++this.#printed,
        logStartOffset: -1,
        lastStableOffset: -1,
        highWatermark: -1,
      },
      parts,
    )
    void writeData(Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : part))))
  }
}

async function* inputOf(files: readonly string[]): AsyncGenerator<Buffer, void> {
  if (files.length === 0) {
    if (process.stdin.isTTY) note('reading records from the terminal; Ctrl-D ends the input')
    for await (const piece of process.stdin) yield asBuffer(piece)
    return
  }
  for (const file of files) {
    try {
      for await (const piece of createReadStream(file, { highWaterMark: 1024 * 1024 })) yield asBuffer(piece)
    } catch (error) {
      if (error instanceof Error && 'syscall' in error)
        throw new CliError(`the input ${file} cannot be read: ${error.message}`)
      throw error
    }
  }
}

function asBuffer(piece: unknown): Buffer {
  if (Buffer.isBuffer(piece)) return piece
  return Buffer.from(String(piece))
}

/** Null when the input is not only files, so that nobody knows how long it is. */
function totalBytes(files: readonly string[]): number | null {
  if (files.length === 0) return null
  let total = 0
  for (const file of files) total += statSync(file, { throwIfNoEntry: false })?.size ?? 0
  return total
}

/** `key=value`, or `key:value` as rpk has it: the first of the two signs counts. */
function parseHeader(text: string): RecordHeader {
  const at = text.search(/[=:]/)
  if (at <= 0) throw usageError(`--header ${text}: expected key=value`)
  return { key: text.slice(0, at), value: Buffer.from(text.slice(at + 1)) }
}
