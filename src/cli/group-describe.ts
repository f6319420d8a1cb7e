import type { Command } from 'commander'
import type { ClusterClient } from '../client/cluster-client.ts'
import {
  describeGroup,
  listGroups,
  type DescribedGroup,
  type DescribedMember,
} from '../client/group-admin.ts'
import { fetchCommitted } from '../client/group-offsets.ts'
import { timestampsAt } from '../client/record-timestamps.ts'
import { EARLIEST, LATEST, listOffsets, type TopicPartition } from '../client/offsets.ts'
import { didYouMean } from '../util/suggest.ts'
import { KafkaError } from '../protocol/errors.ts'
import { CliError } from './cli-error.ts'
import { addClientOptions, addFormatOption, withClient } from './client-command.ts'
import type { ClientCommandOptions, FormatOption } from './client-command.ts'
import { table, writeData, writeJson } from './output.ts'

interface Options extends ClientCommandOptions, FormatOption {
  readonly printSummary?: true
}

interface Row extends TopicPartition {
  /** Null: nothing is committed. */
  readonly committed: number | null
  /** Null: the partition is gone, or has no leader. */
  readonly start: number | null
  readonly end: number | null
  /** Records that are left to read; null where that cannot be told. */
  readonly lag: number | null
  /** Age of the first record that is left to read. */
  readonly lagSeconds: number | null
  readonly member: DescribedMember | null
}

export function define(command: Command): void {
  command
    .argument('<groups...>', 'names of the groups')
    .option('-s, --print-summary', 'only the summary')
    .action(describe)
  addFormatOption(addClientOptions(command))
}

async function describe(names: readonly string[], options: Options): Promise<void> {
  await withClient(options, async (client) => {
    const described = []
    for (const name of names) {
      const group = await findGroup(client, name)
      described.push({ group, rows: await rowsOf(client, group) })
    }
    if (options.format === 'json') await writeJson(described.map(({ group, rows }) => toJson(group, rows)))
    else {
      const texts = described.map(({ group, rows }) => toText(group, rows, options.printSummary === true))
      await writeData(texts.join('\n'))
    }
  })
}

async function findGroup(client: ClusterClient, name: string): Promise<DescribedGroup> {
  try {
    return await describeGroup(client, name)
  } catch (error) {
    if (!(error instanceof KafkaError) || error.errorName !== 'GROUP_ID_NOT_FOUND') throw error
    const known = (await listGroups(client)).map(({ group }) => group)
    throw new CliError(`group "${name}" does not exist${didYouMean(name, known)}`, 1, { cause: error })
  }
}

async function rowsOf(client: ClusterClient, group: DescribedGroup): Promise<readonly Row[]> {
  const committed = await fetchCommitted(client, group.group)
  const owners = new Map<string, DescribedMember>()
  for (const member of group.members) for (const each of member.assignment) owners.set(keyOf(each), member)
  const byKey = new Map(committed.map((each) => [keyOf(each), each.offset]))
  const all = new Map<string, TopicPartition>()
  for (const each of [...committed, ...group.members.flatMap(({ assignment }) => assignment)])
    all.set(keyOf(each), each)
  const partitions = [...all.values()].sort((a, b) =>
    a.topic === b.topic ? a.partition - b.partition : a.topic < b.topic ? -1 : 1,
  )
  const { topics } = await client.metadata([...new Set(partitions.map(({ topic }) => topic))])
  const led = partitions.filter(
    ({ topic, partition }) => (topics.get(topic)?.partitions[partition]?.leader ?? -1) >= 0,
  )
  const offsets = await listOffsets(
    client,
    [EARLIEST, LATEST].flatMap((timestamp) =>
      led.map(({ topic, partition }) => ({ topic, partition, timestamp })),
    ),
  )
  const rows = partitions.map((each) => {
    const index = led.indexOf(each)
    const start = index < 0 ? null : (offsets[index]?.offset ?? null)
    const end = index < 0 ? null : (offsets[led.length + index]?.offset ?? null)
    const offset = byKey.get(keyOf(each)) ?? null
    // Nothing committed: the group has all that is there before it, if it begins at the start.
    const from = offset ?? start
    const lag = end === null || from === null ? null : Math.max(0, end - from)
    const { topic, partition } = each
    const member = owners.get(keyOf(each)) ?? null
    return { topic, partition, committed: offset, start, end, lag, lagSeconds: lag === 0 ? 0 : null, member }
  })
  const behind = rows.flatMap(({ topic, partition, committed, start, lag }) =>
    lag === null || lag === 0 ? [] : [{ topic, partition, offset: committed ?? start ?? 0 }],
  )
  const timestamps = await timestampsAt(client, behind)
  const now = client.env.clock.now()
  return rows.map((row) => {
    const timestamp = timestamps.get(keyOf(row))
    return timestamp === undefined ? row : { ...row, lagSeconds: Math.max(0, now - timestamp) / 1_000 }
  })
}

function keyOf({ topic, partition }: TopicPartition): string {
  return `${partition} ${topic}`
}

function totalLag(rows: readonly Row[]): number {
  return rows.reduce((total, { lag }) => total + (lag ?? 0), 0)
}

function toJson(group: DescribedGroup, rows: readonly Row[]): object {
  return {
    group: group.group,
    coordinator: group.coordinator,
    state: group.state,
    type: group.type,
    balancer: group.balancer,
    members: group.members.length,
    totalLag: totalLag(rows),
    partitions: rows.map(({ topic, partition, committed, start, end, lag, lagSeconds, member }) => ({
      topic,
      partition,
      currentOffset: committed,
      logStartOffset: start,
      logEndOffset: end,
      lag,
      lagSeconds,
      memberId: member?.memberId ?? null,
      clientId: member?.clientId ?? null,
      host: member?.host ?? null,
    })),
  }
}

function toText(group: DescribedGroup, rows: readonly Row[], summaryOnly: boolean): string {
  const summary = [
    `GROUP        ${group.group}`,
    `COORDINATOR  ${group.coordinator}`,
    `STATE        ${group.state}`,
    `BALANCER     ${group.balancer === '' ? '-' : group.balancer}`,
    `MEMBERS      ${group.members.length}`,
    `TOTAL-LAG    ${totalLag(rows)}`,
    '',
  ].join('\n')
  if (summaryOnly || rows.length === 0) return summary
  const header = [
    'TOPIC',
    'PARTITION',
    'CURRENT-OFFSET',
    'LOG-START-OFFSET',
    'LOG-END-OFFSET',
    'LAG',
    'LAG-SECONDS',
    'MEMBER-ID',
    'CLIENT-ID',
    'HOST',
  ]
  const cells = rows.map(({ topic, partition, committed, start, end, lag, lagSeconds, member }) => [
    topic,
    partition,
    committed,
    start,
    end,
    lag,
    lagSeconds === null ? null : Math.round(lagSeconds),
    member?.memberId ?? null,
    member?.clientId ?? null,
    member?.host ?? null,
  ])
  return `${summary}\n${table(header, cells)}`
}
