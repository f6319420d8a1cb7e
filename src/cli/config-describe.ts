import type { Command } from 'commander'
import { brokerProperties } from '../config/broker-properties.ts'
import { environmentName } from '../config/environment-layer.ts'
import { kafkaAliases, knownSettings } from '../config/known-settings.ts'
import type { Property } from '../config/property.ts'
import { describeSource } from '../config/resolved-config.ts'
import { didYouMean } from '../util/suggest.ts'
import { CliError } from './cli-error.ts'
import { addFormatOption, type FormatOption } from './client-command.ts'
import { addConfigOptions, resolveConfig, type ConfigOptions } from './config-options.ts'
import { shownValue } from './config-print.ts'
import { writeData, writeJson } from './output.ts'

export function define(command: Command): void {
  command.argument('<setting>', 'name of the setting, or what Kafka calls it')
  addFormatOption(addConfigOptions(command)).action(describe)
}

async function describe(given: string, options: ConfigOptions & FormatOption): Promise<void> {
  const name = knownSettings.has(given) ? given : (kafkaAliases.get(given) ?? given)
  const property = knownSettings.get(name)
  if (property === undefined) {
    const hint = didYouMean(given, [...knownSettings.keys(), ...kafkaAliases.keys()])
    throw new CliError(
      `there is no setting "${given}"${hint === '' ? '; "chronik config print" lists all' : hint}`,
    )
  }
  const entry = resolveConfig(options).entries.get(name)
  const facts = {
    name,
    doc: property.doc,
    type: property.type,
    default: property.default,
    value: entry === undefined ? null : shownValue(entry),
    source: entry === undefined ? null : describeSource(entry.source),
    min: property.min ?? null,
    max: property.max ?? null,
    values: property.values ?? null,
    importance: property.importance,
    dynamic: property.dynamic === true,
    environment: environmentName(name),
    kafkaNames: kafkaNamesOf(name),
  }
  if (options.format === 'json') {
    await writeJson(facts)
    return
  }
  const lines = [
    ['Value', `${facts.value ?? 'not set'} (${facts.source ?? 'unknown'})`],
    ['Default', facts.default ?? 'not set'],
    ['Type', typeText(property)],
    ['Environment', facts.environment],
    ['Flag', `--set ${name}=…`],
    ['In Kafka', facts.kafkaNames.length === 0 ? 'no such setting' : facts.kafkaNames.join(', ')],
    ['Changes', facts.dynamic ? 'while the server runs' : 'at the next start'],
  ]
  const body = lines.map(([title = '', text = '']) => `  ${title.padEnd(12)} ${text}`).join('\n')
  await writeData(`${name}\n  ${property.doc}\n\n${body}\n`)
}

/** What Kafka calls the setting: the same, another name, or nothing. */
function kafkaNamesOf(name: string): string[] {
  const aliases = [...kafkaAliases].filter(([, ours]) => ours === name).map(([alias]) => alias)
  return brokerProperties.has(name) ? [name, ...aliases] : aliases
}

function typeText(property: Property): string {
  const unit = property.unit === undefined ? '' : `, ${property.unit}`
  const words = property.values === undefined ? '' : `: ${property.values.join(', ')}`
  return `${property.type}${unit}${words}${boundsText(property)}`
}

function boundsText({ min, max, also }: Property): string {
  if (min === undefined && max === undefined) return ''
  const range = `, ${min ?? 'no least'} to ${max ?? 'no most'}`
  return also === undefined ? range : `${range}, or ${also.join(', ')}`
}
