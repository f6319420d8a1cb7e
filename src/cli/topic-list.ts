import type { Command } from 'commander'
import type { TopicMetadata } from '../client/cluster-metadata.ts'
import { addClientOptions, addFormatOption, findTopics, withClient } from './client-command.ts'
import type { ClientCommandOptions, FormatOption } from './client-command.ts'
import { table, writeData, writeJson } from './output.ts'

interface Options extends ClientCommandOptions, FormatOption {
  readonly regex?: true
  readonly internal?: true
}

export function define(command: Command): void {
  command
    .argument('[topics...]', 'names of the topics; all without one')
    .option('-r, --regex', 'the names are regular expressions that must match as a whole')
    .option('-i, --internal', 'also the internal topics')
    .action(list)
  addFormatOption(addClientOptions(command))
}

async function list(names: readonly string[], options: Options): Promise<void> {
  await withClient(options, async (client) => {
    const all = names.length === 0
    const found = await findTopics(client, all ? ['.*'] : names, all || options.regex === true).catch(
      (error: unknown) => {
        // An empty cluster is not a failure of listing it.
        if (all && error instanceof Error && error.name === 'CliError') return []
        throw error
      },
    )
    const topics = found.filter(({ isInternal }) => !isInternal || options.internal === true || !all)
    if (options.format === 'json') await writeJson(topics.map(toJson))
    else {
      const rows = topics.map((topic) => [topic.name, topic.partitions.length, replicasOf(topic)])
      await writeData(table(['NAME', 'PARTITIONS', 'REPLICAS'], rows))
    }
  })
}

function toJson(topic: TopicMetadata): object {
  return {
    name: topic.name,
    topicId: topic.topicId,
    partitions: topic.partitions.length,
    replicas: replicasOf(topic),
    internal: topic.isInternal,
  }
}

function replicasOf(topic: TopicMetadata): number {
  return Math.max(0, ...topic.partitions.map(({ replicas }) => replicas.length))
}
