import type { Command } from 'commander'
import type { ClusterClient } from '../client/cluster-client.ts'
import type { PartitionMetadata, TopicMetadata } from '../client/cluster-metadata.ts'
import { describeConfigs, type ConfigEntry } from '../client/config-admin.ts'
import { EARLIEST, LATEST, listOffsets } from '../client/offsets.ts'
import { addClientOptions, addFormatOption, findTopics, withClient } from './client-command.ts'
import type { ClientCommandOptions, FormatOption } from './client-command.ts'
import { table, writeData, writeJson } from './output.ts'

interface Options extends ClientCommandOptions, FormatOption {
  readonly regex?: true
  readonly printAll?: true
  readonly printSummary?: true
  readonly printConfigs?: true
  readonly printPartitions?: true
}

interface Described {
  readonly topic: TopicMetadata
  readonly configs: readonly ConfigEntry[]
  readonly partitions: readonly (PartitionMetadata & {
    readonly start: number | null
    readonly end: number | null
  })[]
}

export function define(command: Command): void {
  command
    .argument('<topics...>', 'names of the topics')
    .option('-r, --regex', 'the names are regular expressions that must match as a whole')
    .option('-a, --print-all', 'print all sections')
    .option('-s, --print-summary', 'print the summary (the default, with the configs)')
    .option('-c, --print-configs', 'print the configs')
    .option('-p, --print-partitions', 'print the partitions with their offsets')
    .action(describe)
  addFormatOption(addClientOptions(command))
}

async function describe(names: readonly string[], options: Options): Promise<void> {
  await withClient(options, async (client) => {
    const topics = await findTopics(client, names, options.regex === true)
    const described: Described[] = []
    for (const topic of topics) described.push(await lookAt(client, topic))
    if (options.format === 'json') await writeJson(described.map(toJson))
    else await writeData(described.map((each) => toText(each, options)).join('\n'))
  })
}

async function lookAt(client: ClusterClient, topic: TopicMetadata): Promise<Described> {
  // Offsets are the leader's to tell, so a partition without one has none that we could show.
  const led = topic.partitions.filter(({ leader }) => leader >= 0)
  const offsets = await listOffsets(client, [
    ...led.map(({ partition }) => ({ topic: topic.name, partition, timestamp: EARLIEST })),
    ...led.map(({ partition }) => ({ topic: topic.name, partition, timestamp: LATEST })),
  ])
  const partitions = topic.partitions.map((partition) => {
    const index = led.indexOf(partition)
    const start = index < 0 ? null : (offsets[index]?.offset ?? null)
    const end = index < 0 ? null : (offsets[led.length + index]?.offset ?? null)
    return { ...partition, start, end }
  })
  return { topic, partitions, configs: await describeConfigs(client, { kind: 'topic', name: topic.name }) }
}

function toJson({ topic, configs, partitions }: Described): object {
  return {
    name: topic.name,
    topicId: topic.topicId,
    internal: topic.isInternal,
    partitions: partitions.map((each) => ({
      partition: each.partition,
      leader: each.leader,
      leaderEpoch: each.leaderEpoch,
      replicas: each.replicas,
      isr: each.isr,
      offline: each.offline,
      startOffset: each.start,
      endOffset: each.end,
    })),
    configs: configs.map(({ name, value, source }) => ({ name, value, source })),
  }
}

function toText({ topic, configs, partitions }: Described, options: Options): string {
  const chosen = options.printSummary ?? options.printConfigs ?? options.printPartitions
  const shown = (section: true | undefined, byDefault: boolean): boolean =>
    options.printAll === true || section === true || (chosen === undefined && byDefault)
  const sections: string[] = []
  if (shown(options.printSummary, true)) {
    const replicas = Math.max(0, ...partitions.map((each) => each.replicas.length))
    sections.push(
      `SUMMARY\nNAME        ${topic.name}\nTOPIC-ID    ${topic.topicId}\nPARTITIONS  ${partitions.length}\nREPLICAS    ${replicas}\n`,
    )
  }
  if (shown(options.printConfigs, true)) {
    const rows = configs.map(({ name, value, source }) => [name, value, source])
    sections.push(`CONFIGS\n${table(['KEY', 'VALUE', 'SOURCE'], rows)}`)
  }
  if (shown(options.printPartitions, false)) {
    const header = ['PARTITION', 'LEADER', 'EPOCH', 'REPLICAS', 'ISR', 'LOG-START-OFFSET', 'HIGH-WATERMARK']
    const rows = partitions.map((each) => [
      each.partition,
      each.leader,
      each.leaderEpoch,
      `[${each.replicas.join(' ')}]`,
      `[${each.isr.join(' ')}]`,
      each.start,
      each.end,
    ])
    sections.push(`PARTITIONS\n${table(header, rows)}`)
  }
  return sections.join('\n')
}
