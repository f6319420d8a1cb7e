import type { Command } from 'commander'
import { describeSource, type Entry } from '../config/resolved-config.ts'
import { addFormatOption, type FormatOption } from './client-command.ts'
import { addConfigOptions, resolveConfig, type ConfigOptions } from './config-options.ts'
import { note, table, writeData, writeJson } from './output.ts'

interface Options extends ConfigOptions, FormatOption {
  readonly changed?: true
}

/** Shown in place of a secret. */
const SECRET = '[hidden]'

export function define(command: Command): void {
  addFormatOption(addConfigOptions(command))
    .option('--changed', 'only what differs from the default or was set on purpose')
    .action(print)
}

async function print(options: Options): Promise<void> {
  const { entries, warnings } = resolveConfig(options)
  for (const warning of warnings) note(`chronik: ${warning}`)
  const shown = [...entries.values()]
    .filter(({ source }) => options.changed !== true || source.kind !== 'default')
    .sort((a, b) => (a.name < b.name ? -1 : 1))
  if (options.format === 'json') {
    await writeJson(
      shown.map((entry) => ({
        name: entry.name,
        value: shownValue(entry),
        source: describeSource(entry.source),
      })),
    )
    return
  }
  const rows = shown.map((entry) => [entry.name, shownValue(entry), describeSource(entry.source)])
  await writeData(table(['SETTING', 'VALUE', 'SOURCE'], rows))
}

export function shownValue({ property, text }: Entry): string | null {
  return property.type === 'password' && text !== null ? SECRET : text
}
