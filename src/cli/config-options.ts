import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Command } from 'commander'
import { loadConfig, parseSetFlag, type FlagInput } from '../config/load.ts'
import type { ResolvedConfig } from '../config/resolved-config.ts'
import { CliError } from './cli-error.ts'

/** The options that choose the server's settings; `start`, `config print` and others take the same. */
export interface ConfigOptions {
  readonly dataDir?: string
  readonly kafka?: string
  readonly http?: string
  readonly set: readonly string[]
  readonly config?: string
}

export function addConfigOptions(command: Command): Command {
  return command
    .option('--data-dir <dir>', 'directory of all state (setting data.dir)')
    .option(
      '--kafka <host:port>',
      'address for Kafka clients; port 0 picks a free one (setting kafka.listen)',
    )
    .option('--http <host:port>', 'address of the HTTP APIs; port 0 picks a free one (setting http.listen)')
    .option('--set <key=value>', 'any setting; may be given several times', collect, [])
    .option('--config <file>', 'TOML file with settings; $CHRONIK_CONFIG names one, too')
}

/** Gathers the values of an option that may be given several times. */
export function collect(value: string, earlier: readonly string[]): readonly string[] {
  return [...earlier, value]
}

/** Resolves the settings from the options, the environment and the file. Throws a ConfigError or CliError. */
export function resolveConfig(options: ConfigOptions): ResolvedConfig {
  // CHRONIK_BROKERS belongs to the client commands, not to the server.
  const { CHRONIK_BROKERS: _, ...environment } = process.env
  const path = options.config ?? environment['CHRONIK_CONFIG']
  return loadConfig({
    file: path === undefined ? null : { path, text: readConfigFile(path) },
    environment,
    flags: flagsOf(options),
    machine: { memoryBytes: process.availableMemory() + process.memoryUsage.rss() },
  })
}

function flagsOf(options: ConfigOptions): FlagInput[] {
  const flags = options.set.map(parseSetFlag)
  if (options.dataDir !== undefined)
    flags.push({ name: 'data.dir', raw: options.dataDir, flag: '--data-dir' })
  if (options.kafka !== undefined) flags.push({ name: 'kafka.listen', raw: options.kafka, flag: '--kafka' })
  if (options.http !== undefined) flags.push({ name: 'http.listen', raw: options.http, flag: '--http' })
  return flags
}

function readConfigFile(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new CliError(`the configuration file ${resolve(path)} cannot be read: ${reason}`, 2, {
      cause: error,
    })
  }
}
