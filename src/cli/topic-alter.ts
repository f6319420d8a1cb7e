import type { Command } from 'commander'
import type { ClusterClient } from '../client/cluster-client.ts'
import { alterConfigs, type ConfigChange } from '../client/config-admin.ts'
import type { Outcome } from '../client/results.ts'
import { createPartitions } from '../client/topic-admin.ts'
import { usageError } from './cli-error.ts'
import {
  addClientOptions,
  addFormatOption,
  findTopics,
  parseInteger,
  parseKeyValue,
  withClient,
} from './client-command.ts'
import type { ClientCommandOptions, FormatOption } from './client-command.ts'
import { collect } from './config-options.ts'
import { printOutcomes } from './outcomes.ts'

interface Options extends ClientCommandOptions, FormatOption {
  readonly set: readonly string[]
  readonly delete: readonly string[]
  readonly append: readonly string[]
  readonly subtract: readonly string[]
  readonly partitions?: number
  readonly regex?: true
  readonly dry?: true
}

export function define(command: Command): void {
  command
    .argument('<topics...>', 'names of the topics')
    .option('-s, --set <key=value>', 'set a config', collect, [])
    .option('-d, --delete <key>', 'go back to the default of a config', collect, [])
    .option('--append <key=value>', 'add an element to a config that is a list', collect, [])
    .option('--subtract <key=value>', 'take an element off a config that is a list', collect, [])
    .option('-p, --partitions <n>', 'raise the number of partitions to n', parseInteger('--partitions', 1))
    .option('-r, --regex', 'the names are regular expressions that must match as a whole')
    .option('--dry', 'only check whether the change could be made')
    .action(alter)
  addFormatOption(addClientOptions(command))
}

async function alter(names: readonly string[], options: Options): Promise<void> {
  const changes = changesOf(options)
  if (changes.length === 0 && options.partitions === undefined) {
    throw usageError('nothing to change; say what with --set, --delete, --append, --subtract or --partitions')
  }
  await withClient(options, async (client) => {
    const topics = (await findTopics(client, names, options.regex === true)).map(({ name }) => name)
    const outcomes = await apply(client, topics, changes, options)
    await printOutcomes(options.format, 'topic', options.dry === true ? 'would be changed' : 'OK', outcomes)
  })
}

async function apply(
  client: ClusterClient,
  topics: readonly string[],
  changes: readonly ConfigChange[],
  options: Options,
): Promise<Outcome[]> {
  const dry = options.dry === true
  const outcomes = new Map<string, Outcome>()
  const keep = (results: readonly Outcome[]): void => {
    for (const outcome of results) if (!outcomes.get(outcome.name)?.error) outcomes.set(outcome.name, outcome)
  }
  if (changes.length > 0) {
    const resources = topics.map((name) => ({ kind: 'topic', name }) as const)
    keep(await alterConfigs(client, resources, changes, dry))
  }
  if (options.partitions !== undefined) keep(await createPartitions(client, topics, options.partitions, dry))
  return [...outcomes.values()]
}

function changesOf(options: Options): ConfigChange[] {
  return [
    ...options.set.map((text) => changeWithValue('set', text)),
    ...options.append.map((text) => changeWithValue('append', text)),
    ...options.subtract.map((text) => changeWithValue('subtract', text)),
    ...options.delete.map((name) => ({ operation: 'delete', name, value: null }) as const),
  ]
}

function changeWithValue(operation: 'set' | 'append' | 'subtract', text: string): ConfigChange {
  const [name, value] = parseKeyValue(text, `--${operation}`)
  return { operation, name, value }
}
