import type { Command } from 'commander'
import { deleteTopics } from '../client/topic-admin.ts'
import { addClientOptions, addFormatOption, findTopics, withClient } from './client-command.ts'
import type { ClientCommandOptions, FormatOption } from './client-command.ts'
import { printOutcomes } from './outcomes.ts'

interface Options extends ClientCommandOptions, FormatOption {
  readonly regex?: true
}

export function define(command: Command): void {
  command
    .argument('<topics...>', 'names of the topics')
    .option('-r, --regex', 'the names are regular expressions that must match as a whole')
    .action(remove)
  addFormatOption(addClientOptions(command))
}

async function remove(names: readonly string[], options: Options): Promise<void> {
  await withClient(options, async (client) => {
    const topics = await findTopics(client, names, options.regex === true)
    const outcomes = await deleteTopics(
      client,
      topics.map(({ name }) => name),
    )
    await printOutcomes(options.format, 'topic', 'OK', outcomes)
  })
}
