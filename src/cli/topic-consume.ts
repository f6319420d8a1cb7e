import type { Command } from 'commander'
import type { ClusterClient } from '../client/cluster-client.ts'
import type { ConsumedRecord } from '../client/consumed-record.ts'
import { Consumer, type Position } from '../client/consumer.ts'
import { GroupMember } from '../client/group-member.ts'
import { fetchCommitted } from '../client/group-offsets.ts'
import type { TopicPartition } from '../client/offsets.ts'
import { nodeClock } from '../env/node/clock.ts'
import { CliError, usageError } from './cli-error.ts'
import { addClientOptions, findTopics, parseInteger, withClient } from './client-command.ts'
import type { ClientCommandOptions } from './client-command.ts'
import { compileRecordFormat, type PrintableRecord, type RecordFormat } from './format/record-format.ts'
import { recordToJson } from './format/record-json.ts'
import { planOffsets, type PartitionPlan } from './offset-plan.ts'
import { parseOffsetRange, type OffsetRange } from './offset-range.ts'
import { note, writeData } from './output.ts'
import { onStopSignals } from './stop-signals.ts'

interface Options extends ClientCommandOptions {
  readonly offset: string
  readonly format: string
  readonly num: number
  readonly partitions?: readonly number[]
  readonly group?: string
  readonly regex?: true
  readonly readCommitted?: true
  readonly printControlRecords?: true
  readonly metaOnly?: true
  readonly prettyPrint: boolean
  readonly fetchMaxBytes: number
  readonly fetchMaxWait: number
}

export function define(command: Command): void {
  command
    .argument('<topics...>', 'names of the topics')
    .option('-o, --offset <range>', 'start, end, N, +N, -N, N:M, :N, :end, @TIME, @TIME:TIME', 'start')
    .option('-f, --format <format>', 'json, or a format such as "%t %p %o %k %v\\n"', 'json')
    .option('-n, --num <n>', 'stop after n records; 0: never', parseInteger('--num', 0), 0)
    .option('-p, --partitions <n,...>', 'only these partitions', parsePartitions)
    .option('-g, --group <group>', 'read as a member of this group, and commit')
    .option('-r, --regex', 'the names are regular expressions that must match as a whole')
    .option('--read-committed', 'leave out records of open and aborted transactions')
    .option('--print-control-records', 'also print transaction markers')
    .option('--meta-only', 'with json: the size of the value in place of it')
    .option(
      '--pretty-print',
      'with json: several lines for each record; the default on a terminal',
      process.stdout.isTTY,
    )
    .option('--no-pretty-print', 'with json: one line for each record')
    .option(
      '--fetch-max-bytes <n>',
      'bytes of one answer',
      parseInteger('--fetch-max-bytes', 1),
      16 * 1024 * 1024,
    )
    .option(
      '--fetch-max-wait <ms>',
      'how long the broker waits for records',
      parseInteger('--fetch-max-wait', 1),
      500,
    )
    .addHelpText('after', FORMAT_HELP)
    .action(consume)
  addClientOptions(command)
}

/** How often a member of a group commits. */
const COMMIT_EVERY_MS = 5_000

const FORMAT_HELP = `
Formats:
  %t topic, %k key, %v value, %p partition, %o offset, %d timestamp, %e leader epoch, %x producer id, %y producer epoch,
  %T %K %V sizes of topic, key and value, %H number of headers, %h{%k=%v } for each header, %i records printed,
  %a{compression}, %a{timestamp-type}, %a{transactional-bit}, %a{control-bit},
  %[ log start, %| last stable offset, %] high watermark; %% %{ %} and \\t \\n \\r \\\\ \\xNN for the characters.
  Text: {hex} {base64}. Numbers: {hex8} to {hex64}, {big8} to {big64}, {little8} to {little64}. Times: %d{strftime[%F %T]}.`

function parsePartitions(text: string): readonly number[] {
  return text.split(',').map(parseInteger('--partitions', 0))
}

async function consume(names: readonly string[], options: Options): Promise<void> {
  const range = parseOffsetRange(options.offset, nodeClock.now())
  const print = options.format === 'json' ? null : compileRecordFormat(options.format)
  if (options.group !== undefined && options.partitions !== undefined) {
    throw usageError(
      '--group and --partitions do not go together: the group decides who reads which partition',
    )
  }
  if (options.group !== undefined && range.to !== null) {
    throw usageError('--group and an end in --offset do not go together; use --num to stop')
  }
  await withClient(options, async (client) => {
    const topics = await findTopics(client, names, options.regex === true)
    const run = new Consuming(client, options, print)
    const release = onStopSignals(
      client.env.clock,
      () => run.stop(),
      () => process.exit(1),
    )
    try {
      if (options.group !== undefined) {
        await run.asMember(
          options.group,
          topics.map(({ name }) => name),
          range,
        )
        return
      }
      const partitions = topics.flatMap((topic) =>
        choosePartitions(topic.name, topic.partitions.length, options.partitions),
      )
      await run.alone(await planOffsets(client, partitions, range, options.readCommitted === true))
    } finally {
      release()
    }
  })
}

function choosePartitions(
  topic: string,
  count: number,
  wanted: readonly number[] | undefined,
): TopicPartition[] {
  const all = Array.from({ length: count }, (_, partition) => partition)
  const beyond = wanted?.find((partition) => partition >= count)
  if (beyond !== undefined) {
    throw new CliError(`topic "${topic}" has no partition ${beyond}; it has partitions 0 to ${count - 1}`)
  }
  return (wanted ?? all).map((partition) => ({ topic, partition }))
}

class Consuming {
  readonly #client: ClusterClient
  readonly #options: Options
  readonly #print: RecordFormat | null
  readonly #consumer: Consumer
  #count = 0
  #stopped = false

  constructor(client: ClusterClient, options: Options, print: RecordFormat | null) {
    this.#client = client
    this.#options = options
    this.#print = print
    this.#consumer = new Consumer(client, {
      readCommitted: options.readCommitted === true,
      withControl: options.printControlRecords === true,
      maxBytes: options.fetchMaxBytes,
      maxWaitMs: options.fetchMaxWait,
      onOutOfRange: 'start',
    })
  }

  stop(): void {
    this.#stopped = true
  }

  /** Reads the planned partitions until each is at its end, if they have one. */
  async alone(plans: readonly PartitionPlan[]): Promise<void> {
    const open = new Map(plans.map((plan) => [`${plan.partition} ${plan.topic}`, plan]))
    for (const [key, plan] of open) {
      if (plan.end !== null && plan.start >= plan.end) open.delete(key)
      else this.#consumer.seek(plan.topic, plan.partition, plan.start)
    }
    while (open.size > 0 && !this.#done()) {
      const { records, positions } = await this.#consumer.poll()
      const wanted = records.filter(({ batch, offset }) => {
        const plan = open.get(`${batch.partition} ${batch.topic}`)
        return plan !== undefined && offset >= plan.firstWanted && (plan.end === null || offset < plan.end)
      })
      await this.#write(wanted, positions)
      for (const { topic, partition, offset } of positions) {
        const end = open.get(`${partition} ${topic}`)?.end ?? null
        if (end === null || offset < end) continue
        open.delete(`${partition} ${topic}`)
        this.#consumer.remove(topic, partition)
      }
    }
  }

  /** Reads what the group gives us, from the committed offsets, or where there are none from the range's start. */
  async asMember(group: string, topics: readonly string[], range: OffsetRange): Promise<void> {
    await using member = new GroupMember(this.#client, group, topics)
    await this.#takeOver(group, await member.join(), range)
    let committedMs = this.#client.env.clock.monotonic()
    let printed: Map<string, TopicPartition & { readonly offset: number }> = new Map()
    const commit = async (): Promise<void> => {
      const offsets = [...printed.values()]
      printed = new Map()
      committedMs = this.#client.env.clock.monotonic()
      await member.commit(offsets)
    }
    while (!this.#done()) {
      if (member.mustRejoin) {
        await commit()
        await this.#takeOver(group, await member.join(), range)
      }
      if (this.#consumer.positions.length === 0) {
        await new Promise<void>((resolve) =>
          this.#client.env.scheduler.after(this.#options.fetchMaxWait, resolve),
        )
        continue
      }
      const { records, positions } = await this.#consumer.poll()
      const written = await this.#write(records, positions)
      for (const { batch, offset } of written) {
        const { topic, partition } = batch
        printed.set(`${partition} ${topic}`, { topic, partition, offset: offset + 1 })
      }
      if (this.#client.env.clock.monotonic() - committedMs > COMMIT_EVERY_MS) await commit()
    }
    await commit()
  }

  async #takeOver(group: string, assigned: readonly TopicPartition[], range: OffsetRange): Promise<void> {
    for (const { topic, partition } of this.#consumer.positions) this.#consumer.remove(topic, partition)
    const committed = new Map(
      (await fetchCommitted(this.#client, group)).map((each) => [
        `${each.partition} ${each.topic}`,
        each.offset,
      ]),
    )
    const plans = await planOffsets(this.#client, assigned, range, this.#options.readCommitted === true)
    for (const { topic, partition, start } of plans) {
      this.#consumer.seek(topic, partition, committed.get(`${partition} ${topic}`) ?? start)
    }
    const names = assigned.map(({ topic, partition }) => `${topic}/${partition}`).join(' ')
    note(
      assigned.length === 0
        ? `group ${group}: no partition is left for this member`
        : `group ${group}: reading ${names}`,
    )
  }

  #done(): boolean {
    return this.#stopped || (this.#options.num > 0 && this.#count >= this.#options.num)
  }

  /** Prints records, as many as are still wanted; returns those. */
  async #write(
    records: readonly ConsumedRecord[],
    positions: readonly Position[],
  ): Promise<readonly ConsumedRecord[]> {
    const left = this.#options.num === 0 ? records.length : this.#options.num - this.#count
    const chosen = records.slice(0, left)
    const parts: (string | Buffer)[] = []
    for (const record of chosen) {
      const { topic, partition } = record.batch
      const position = positions.find((each) => each.partition === partition && each.topic === topic)
      this.#append(
        {
          ...record,
          topic,
          partition,
          count: ++this.#count,
          logStartOffset: position?.startOffset ?? -1,
          lastStableOffset: position?.lastStableOffset ?? -1,
          highWatermark: position?.highWatermark ?? -1,
        },
        parts,
      )
    }
    if (parts.length > 0) {
      await writeData(
        Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : part))),
      )
    }
    return chosen
  }

  #append(record: PrintableRecord, parts: (string | Buffer)[]): void {
    if (this.#print !== null) {
      this.#print(record, parts)
      return
    }
    const json = recordToJson(record, this.#options.metaOnly === true)
    parts.push(`${JSON.stringify(json, null, this.#options.prettyPrint ? 2 : 0)}\n`)
  }
}
