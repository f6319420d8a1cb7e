import type { Command } from 'commander'
import { alterConfigs, type ConfigChange, describeConfigs } from '../client/config-admin.ts'
import type { ClusterClient } from '../client/cluster-client.ts'
import { usageError } from './cli-error.ts'
import { addClientOptions, addFormatOption, findTopics, parseKeyValue, withClient } from './client-command.ts'
import type { ClientCommandOptions, FormatOption } from './client-command.ts'
import { collect } from './config-options.ts'
import { printOutcomes } from './outcomes.ts'
import { table, writeData, writeJson } from './output.ts'

interface Options extends ClientCommandOptions, FormatOption {
  readonly set: readonly string[]
  readonly delete: readonly string[]
}

/** The configs that compaction obeys. */
const names = [
  'cleanup.policy',
  'compaction.strategy',
  'compaction.max.age.ms',
  'min.cleanable.dirty.ratio',
  'min.compaction.lag.ms',
  'max.compaction.lag.ms',
  'delete.retention.ms',
  'segment.bytes',
  'segment.ms',
  'file.delete.delay.ms',
] as const

export function define(command: Command): void {
  command
    .argument('<topics...>', 'names of the topics')
    .option('-s, --set <key=value>', 'set a config that compaction obeys', collect, [])
    .option('-d, --delete <key>', 'go back to its default', collect, [])
    .addHelpText('after', `\nThe configs: ${names.join(', ')}.`)
    .action(config)
  addFormatOption(addClientOptions(command))
}

async function config(topics: readonly string[], options: Options): Promise<void> {
  const changes = [
    ...options.set.map((text): ConfigChange => {
      const [name, value] = parseKeyValue(text, '--set')
      return { operation: 'set', name, value }
    }),
    ...options.delete.map((name): ConfigChange => ({ operation: 'delete', name, value: null })),
  ]
  const other = changes.find(({ name }) => !(names as readonly string[]).includes(name))
  if (other !== undefined)
    throw usageError(`"${other.name}" has nothing to do with compaction; 'topic alter' changes other configs`)
  await withClient(options, async (client) => {
    const found = (await findTopics(client, topics, false)).map(({ name }) => name)
    if (changes.length === 0) return await show(client, found, options)
    const resources = found.map((name) => ({ kind: 'topic', name }) as const)
    await printOutcomes(options.format, 'topic', 'OK', await alterConfigs(client, resources, changes, false))
  })
}

async function show(client: ClusterClient, topics: readonly string[], options: Options): Promise<void> {
  const rows: { topic: string; name: string; value: string | null }[] = []
  for (const topic of topics) {
    const entries = await describeConfigs(client, { kind: 'topic', name: topic })
    for (const name of names) {
      const entry = entries.find((each) => each.name === name)
      if (entry !== undefined) rows.push({ topic, name, value: entry.value })
    }
  }
  if (options.format === 'json') await writeJson(rows)
  else
    await writeData(
      table(
        ['TOPIC', 'CONFIG', 'VALUE'],
        rows.map(({ topic, name, value }) => [topic, name, value]),
      ),
    )
}
