import { runChecks } from './checks.ts'
import { ConfigError, type ConfigProblem } from './config-error.ts'
import { readEnvironmentLayer } from './environment-layer.ts'
import type { Variables } from './interpolate.ts'
import { readKafkaEnvironmentLayer } from './kafka-environment-layer.ts'
import { kafkaAliases, knownSettings } from './known-settings.ts'
import { parseValue } from './parse-value.ts'
import { chooseWalProfile, produceProfiles, walProfiles, type Machine } from './profiles.ts'
import type { Property } from './property.ts'
import type { Entry, ResolvedConfig, Source } from './resolved-config.ts'
import type { ServerPropertyName, ServerValue } from './server-properties.ts'
import { locate, type SettingInput } from './setting-input.ts'
import { didYouMean } from '../util/suggest.ts'
import { readTomlLayer, type ConfigFile } from './toml-layer.ts'

/** A setting from the command line; `flag` is how the user wrote the option, for messages. */
export interface FlagInput {
  readonly name: string
  readonly raw: string
  readonly flag: string
}

export interface ConfigLayers {
  readonly file?: ConfigFile | null
  readonly environment?: Variables
  readonly flags?: readonly FlagInput[]
  readonly machine: Machine
}

/**
 * Resolves all settings: defaults < profile < TOML file < `KAFKA_*` < `CHRONIK_*` < flags.
 * Throws a {@link ConfigError} that lists everything wrong in any layer, overridden values included.
 */
export function loadConfig(layers: ConfigLayers): ResolvedConfig {
  const environment = layers.environment ?? {}
  const file = layers.file ? readTomlLayer(layers.file, environment) : { inputs: [], problems: [] }
  const kafka = readKafkaEnvironmentLayer(environment)
  const own = readEnvironmentLayer(environment)
  const flags = (layers.flags ?? []).map(({ name, raw, flag }): SettingInput => ({
    name,
    raw,
    isList: false,
    source: { kind: 'flag', flag },
  }))
  const problems: ConfigProblem[] = [...file.problems, ...kafka.problems, ...own.problems]
  const given = new Map<string, Entry>()
  for (const input of [...file.inputs, ...kafka.inputs, ...own.inputs, ...flags]) {
    const entry = readInput(input)
    if ('code' in entry) problems.push(entry)
    else given.set(entry.name, entry)
  }
  const config = resolve(given, layers.machine, kafka.warnings)
  problems.push(...(problems.length === 0 ? runChecks(config) : []))
  const [first, ...others] = problems
  if (first !== undefined) throw new ConfigError([first, ...others])
  return config
}

/** Reads the argument of `--set key=value`. */
export function parseSetFlag(argument: string): FlagInput {
  const equals = argument.indexOf('=')
  if (equals > 0) {
    return {
      name: argument.slice(0, equals).trim(),
      raw: argument.slice(equals + 1),
      flag: `--set ${argument}`,
    }
  }
  const message = `--set ${argument}: expected key=value, for example --set wal.sync=interval.`
  throw new ConfigError([{ code: 'CONFIG_INVALID_FLAG', key: '--set', value: argument, message }])
}

function readInput(input: SettingInput): Entry | ConfigProblem {
  const property = knownSettings.get(input.name)
  if (property === undefined) return unknownKey(input)
  if (input.isList && property.type !== 'list') {
    return invalidValue(input, property, 'a list was given but the setting takes one value')
  }
  const parsed = parseValue(property, input.raw)
  if (parsed.kind === 'problem') return invalidValue(input, property, parsed.message)
  return { name: input.name, property, value: parsed.value, text: parsed.text, source: input.source }
}

function unknownKey(input: SettingInput): ConfigProblem {
  const ours = kafkaAliases.get(input.name)
  const hint =
    ours === undefined ? didYouMean(input.name, knownSettings.keys()) || '.' : `; Chronik calls it "${ours}".`
  return {
    code: 'CONFIG_UNKNOWN_KEY',
    key: input.name,
    value: input.raw,
    message: `unknown setting ${locate(input)}${hint}`,
  }
}

function invalidValue(input: SettingInput, property: Property, expected: string): ConfigProblem {
  const secret = property.type === 'password'
  const shown = secret ? '' : ` "${input.raw}"`
  return {
    code: 'CONFIG_INVALID_VALUE',
    key: input.name,
    value: secret ? null : input.raw,
    message: `invalid value${shown} for ${locate(input)}: ${expected}.`,
  }
}

function resolve(
  given: ReadonlyMap<string, Entry>,
  machine: Machine,
  warnings: readonly string[],
): ResolvedConfig {
  const entries = new Map<string, Entry>()
  for (const [name, property] of knownSettings) {
    entries.set(name, given.get(name) ?? builtIn(name, property, property.default, { kind: 'default' }))
  }
  const get = <N extends ServerPropertyName>(name: N): ServerValue<N> => {
    const entry = entries.get(name)
    if (entry === undefined) throw new Error(`no setting ${name}`)
    // The row gave the value its parser and its type.
    return entry.value as ServerValue<N>
  }
  const wal = get('wal.profile')
  const walProfile = wal === 'auto' ? chooseWalProfile(machine) : wal
  const produceProfile = get('produce.profile')
  const applyPreset = (preset: Readonly<Record<string, string>>, source: Source): void => {
    for (const [name, raw] of Object.entries(preset)) {
      const property = knownSettings.get(name)
      if (property !== undefined && !given.has(name)) entries.set(name, builtIn(name, property, raw, source))
    }
  }
  applyPreset(walProfiles[walProfile], { kind: 'profile', setting: 'wal.profile', profile: walProfile })
  applyPreset(produceProfiles[produceProfile], {
    kind: 'profile',
    setting: 'produce.profile',
    profile: produceProfile,
  })
  return { get, entries, warnings }
}

function builtIn(name: string, property: Property, raw: string | null, source: Source): Entry {
  const parsed = parseValue(property, raw)
  if (parsed.kind === 'problem')
    throw new Error(`the table's value "${raw}" of ${name} is wrong: ${parsed.message}`)
  return { name, property, value: parsed.value, text: parsed.text, source }
}
