import type { Command } from 'commander'
import { deleteGroups } from '../client/group-admin.ts'
import { addClientOptions, addFormatOption, withClient } from './client-command.ts'
import type { ClientCommandOptions, FormatOption } from './client-command.ts'
import { printOutcomes } from './outcomes.ts'

export function define(command: Command): void {
  command.argument('<groups...>', 'names of the groups').action(remove)
  addFormatOption(addClientOptions(command))
}

async function remove(
  groups: readonly string[],
  options: ClientCommandOptions & FormatOption,
): Promise<void> {
  await withClient(options, async (client) => {
    await printOutcomes(options.format, 'group', 'OK', await deleteGroups(client, groups))
  })
}
