import type { Command } from 'commander'
import { createTopics } from '../client/topic-admin.ts'
import {
  addClientOptions,
  addFormatOption,
  parseInteger,
  parseKeyValue,
  withClient,
} from './client-command.ts'
import type { ClientCommandOptions, FormatOption } from './client-command.ts'
import { collect } from './config-options.ts'
import { printOutcomes } from './outcomes.ts'

interface Options extends ClientCommandOptions, FormatOption {
  readonly partitions: number
  readonly replicas: number
  readonly topicConfig: readonly string[]
  readonly dry?: true
  readonly ifNotExists?: true
}

export function define(command: Command): void {
  command
    .argument('<topics...>', 'names of the topics')
    .option(
      '-p, --partitions <n>',
      'partitions of each; -1: the broker’s default',
      parseInteger('--partitions', -1),
      -1,
    )
    .option(
      '-r, --replicas <n>',
      'replicas of each partition; -1: the broker’s default',
      parseInteger('--replicas', -1),
      -1,
    )
    .option('-c, --topic-config <key=value>', 'a config; may be given several times', collect, [])
    .option('-d, --dry', 'only check whether the topics could be created')
    .option('--if-not-exists', 'an existing topic is no failure')
    .action(create)
  addFormatOption(addClientOptions(command))
}

async function create(names: readonly string[], options: Options): Promise<void> {
  const configs = Object.fromEntries(options.topicConfig.map((text) => parseKeyValue(text, '--topic-config')))
  const topics = names.map((name) => ({
    name,
    partitions: options.partitions,
    replicationFactor: options.replicas,
    configs,
  }))
  await withClient(options, async (client) => {
    const outcomes = await createTopics(client, topics, options.dry === true)
    const tolerated = outcomes.map((outcome) =>
      options.ifNotExists === true && outcome.error?.errorName === 'TOPIC_ALREADY_EXISTS'
        ? { name: outcome.name, error: null }
        : outcome,
    )
    await printOutcomes(options.format, 'topic', options.dry === true ? 'would be created' : 'OK', tolerated)
  })
}
