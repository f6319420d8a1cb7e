import type { Command } from 'commander'
import { listGroups } from '../client/group-admin.ts'
import { addClientOptions, addFormatOption, withClient } from './client-command.ts'
import type { ClientCommandOptions, FormatOption } from './client-command.ts'
import { table, writeData, writeJson } from './output.ts'

export function define(command: Command): void {
  command.action(list)
  addFormatOption(addClientOptions(command))
}

async function list(options: ClientCommandOptions & FormatOption): Promise<void> {
  await withClient(options, async (client) => {
    const groups = await listGroups(client)
    if (options.format === 'json') await writeJson(groups)
    else {
      const rows = groups.map(({ coordinator, group, state, type }) => [coordinator, group, state, type])
      await writeData(table(['BROKER', 'GROUP', 'STATE', 'TYPE'], rows))
    }
  })
}
