import { resolve } from 'node:path'
import type { Command } from 'commander'
import type { ClusterClient } from '../client/cluster-client.ts'
import { describeGroup } from '../client/group-admin.ts'
import { commitOffsets, fetchCommitted } from '../client/group-offsets.ts'
import type { TopicPartition } from '../client/offsets.ts'
import { KafkaError } from '../protocol/errors.ts'
import { FileError, type Files } from '../env/files.ts'
import { nodeClock } from '../env/node/clock.ts'
import { CliError, usageError } from './cli-error.ts'
import { addClientOptions, addFormatOption, findTopics, withClient } from './client-command.ts'
import type { ClientCommandOptions, FormatOption } from './client-command.ts'
import { planOffsets } from './offset-plan.ts'
import { parseOffsetRange, type OffsetRange } from './offset-range.ts'
import { note, table, writeData, writeJson } from './output.ts'

interface Options extends ClientCommandOptions, FormatOption {
  readonly to?: string
  readonly toGroup?: string
  readonly toFile?: string
  readonly topics?: string
  readonly allowNewTopics?: true
  readonly dry?: true
}

interface Target extends TopicPartition {
  readonly offset: number
}

export function define(command: Command): void {
  command
    .argument('<group>', 'name of the group; it must have no members')
    .option('--to <where>', 'start, end, an offset, or a time: @TIME, or seconds or milliseconds since 1970')
    .option('--to-group <group>', 'the offsets that another group has committed')
    .option('--to-file <file>', 'the offsets in a file with lines TOPIC PARTITION OFFSET')
    .option('--topics <topic,...>', 'only these topics')
    .option('--allow-new-topics', 'also topics that the group has not committed yet')
    .option('--dry', 'only show what would change')
    .action(seek)
  addFormatOption(addClientOptions(command))
}

async function seek(group: string, options: Options): Promise<void> {
  const ways = [options.to, options.toGroup, options.toFile].filter((way) => way !== undefined)
  if (ways.length !== 1) throw usageError('say where to with one of --to, --to-group, --to-file')
  const topics = options.topics?.split(',').filter((name) => name !== '') ?? null
  await withClient(options, async (client) => {
    const before = new Map((await fetchCommitted(client, group)).map((each) => [keyOf(each), each]))
    await refuseWithMembers(client, group, before.size > 0)
    const wanted = await targetsOf(client, group, [...before.values()], topics, options)
    const targets = wanted.filter(
      (each) =>
        (topics === null || topics.includes(each.topic)) &&
        (options.allowNewTopics === true ||
          before.size === 0 ||
          [...before.values()].some((old) => old.topic === each.topic)),
    )
    if (targets.length === 0) {
      throw new CliError(
        `group "${group}" has no offsets to move; name topics with --topics and --allow-new-topics`,
      )
    }
    if (options.dry !== true) await commitOffsets(client, group, targets)
    const rows = targets.map(({ topic, partition, offset }) => ({
      topic,
      partition,
      priorOffset: before.get(keyOf({ topic, partition }))?.offset ?? null,
      currentOffset: offset,
    }))
    if (options.format === 'json') await writeJson(rows)
    else {
      const cells = rows.map((row) => [row.topic, row.partition, row.priorOffset, row.currentOffset])
      await writeData(table(['TOPIC', 'PARTITION', 'PRIOR-OFFSET', 'CURRENT-OFFSET'], cells))
    }
    if (options.dry === true) note('nothing was changed: --dry')
  })
}

/** Offsets of a group with members are theirs to commit; the broker would refuse, in fewer words. */
async function refuseWithMembers(client: ClusterClient, group: string, mustExist: boolean): Promise<void> {
  try {
    const { state, members } = await describeGroup(client, group)
    if (members.length === 0) return
    const clients = [...new Set(members.map(({ clientId, host }) => `${clientId} on ${host}`))].join(', ')
    throw new CliError(
      `group "${group}" is ${state} with ${members.length} members (${clients}); stop them, then seek again`,
    )
  } catch (error) {
    if (!mustExist && error instanceof KafkaError && error.errorName === 'GROUP_ID_NOT_FOUND') return
    throw error
  }
}

async function targetsOf(
  client: ClusterClient,
  group: string,
  before: readonly Target[],
  topics: readonly string[] | null,
  options: Options,
): Promise<readonly Target[]> {
  if (options.toGroup !== undefined) {
    const offsets = await fetchCommitted(client, options.toGroup)
    if (offsets.length === 0)
      throw new CliError(`group "${options.toGroup}" has no committed offsets to take over`)
    return offsets
  }
  if (options.toFile !== undefined) return readTargets(client.env.files, options.toFile)
  const range = parseTarget(options.to ?? '')
  const names = topics ?? [...new Set(before.map(({ topic }) => topic))]
  if (names.length === 0) {
    throw new CliError(`group "${group}" has no committed offsets; name topics with --topics to give it some`)
  }
  const found = await findTopics(client, names, false)
  const partitions = found.flatMap(({ name, partitions }) =>
    partitions.map(({ partition }) => ({ topic: name, partition })),
  )
  const plans = await planOffsets(client, partitions, range, false)
  return plans.map(({ topic, partition, start }) => ({ topic, partition, offset: start }))
}

/** rpk takes plain numbers of 10, 13 or 19 digits as times; shorter ones are offsets. */
function parseTarget(text: string): OffsetRange {
  const nanoseconds = /^(\d{13})\d{6}$/.exec(text)?.[1]
  const time = nanoseconds ?? (/^(?:\d{10}|\d{13})$/.test(text) ? text : null)
  const range = parseOffsetRange(time === null ? text : `@${time}`, nodeClock.now())
  if (range.to !== null) throw usageError(`--to ${text}: expected one place, not a range`)
  return range
}

async function readTargets(files: Files, path: string): Promise<Target[]> {
  let text: string
  try {
    await using file = await files.open(resolve(path), 'read')
    const bytes = Buffer.alloc(await file.size())
    await file.read(bytes, 0)
    text = bytes.toString()
  } catch (error) {
    throw error instanceof FileError ? new CliError(error.message, 1, { cause: error }) : error
  }
  return text
    .split('\n')
    .map((line, index) => ({ fields: line.trim().split(/\s+/), number: index + 1 }))
    .filter(({ fields }) => fields[0] !== '')
    .map(({ fields, number }) => {
      const [topic = '', partition = '', offset = ''] = fields
      if (fields.length === 3 && /^\d+$/.test(partition) && /^\d+$/.test(offset)) {
        return { topic, partition: Number(partition), offset: Number(offset) }
      }
      throw new CliError(`${path}, line ${number}: expected TOPIC PARTITION OFFSET`)
    })
}

function keyOf({ topic, partition }: TopicPartition): string {
  return `${partition} ${topic}`
}
