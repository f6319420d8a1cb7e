import { Option, type Command } from 'commander'
import { ClusterClient, type Bootstrap } from '../client/cluster-client.ts'
import { ConnectionError } from '../client/connection-error.ts'
import type { TopicMetadata } from '../client/cluster-metadata.ts'
import { parseAddress } from '../config/address.ts'
import { didYouMean } from '../util/suggest.ts'
import { nodeEnv } from '../env/node/env.ts'
import { CliError, usageError } from './cli-error.ts'
import { commandName } from './command-name.ts'
import { packageVersion } from './package-version.ts'

const DEFAULT_BROKERS = '127.0.0.1:9092'
const DEFAULT_PORT = 9092

/** Options of every command that talks to a cluster. */
export interface ClientCommandOptions {
  readonly brokers?: string
  readonly X?: Readonly<Record<string, string>>
}

export interface FormatOption {
  readonly format: 'text' | 'json'
}

export function addClientOptions(command: Command): Command {
  return command
    .option('--brokers <host:port,...>', `brokers to ask first; $CHRONIK_BROKERS, else ${DEFAULT_BROKERS}`)
    .option('-X <key=value>', 'a connection setting; the one there is: brokers', parseConnectionSetting)
}

/** For commands that print results rather than records. The JSON is documented and stable. */
export function addFormatOption(command: Command): Command {
  return command.addOption(
    new Option('--format <format>', 'how to print the result').choices(['text', 'json']).default('text'),
  )
}

function parseConnectionSetting(
  text: string,
  earlier: Readonly<Record<string, string>> = {},
): Readonly<Record<string, string>> {
  const [key, value] = parseKeyValue(text, '-X')
  if (key === 'brokers') return { ...earlier, [key]: value }
  throw usageError(`-X ${text}: there is no connection setting "${key}"; the one there is: brokers`)
}

/** Reads `key=value`. */
export function parseKeyValue(text: string, option: string): readonly [key: string, value: string] {
  const equals = text.indexOf('=')
  if (equals > 0) return [text.slice(0, equals), text.slice(equals + 1)]
  throw usageError(`${option} ${text}: expected key=value`)
}

/** Reads a list of brokers; the port may be left out. */
export function parseBrokers(text: string): Bootstrap[] {
  const names = text.split(',').map((name) => name.trim())
  return names.map((name) => {
    const address = parseAddress(name) ?? parseAddress(`${name}:${DEFAULT_PORT}`)
    if (address !== null && address.host !== '0.0.0.0') return address
    throw usageError(`"${name}" is no broker address; expected host:port, as in --brokers ${DEFAULT_BROKERS}`)
  })
}

/** Runs `work` with a client of the cluster that the options name, and explains what its failures mean here. */
export async function withClient<T>(
  options: ClientCommandOptions,
  work: (client: ClusterClient) => Promise<T>,
): Promise<T> {
  const named = options.brokers ?? options.X?.['brokers'] ?? process.env['CHRONIK_BROKERS']
  const brokers = parseBrokers(named ?? DEFAULT_BROKERS)
  await using client = new ClusterClient(nodeEnv(), brokers, { softwareVersion: packageVersion })
  try {
    return await work(client)
  } catch (error) {
    throw error instanceof ConnectionError ? explainConnection(error) : error
  }
}

function explainConnection(error: ConnectionError): CliError {
  const cause = { cause: error }
  if (error.failure === 'refused') {
    const way = `start a server with "${commandName()} start", or name another one with --brokers host:port`
    return new CliError(`no broker answers: ${error.message}; ${way}`, 1, cause)
  }
  if (error.failure === 'unreachable') {
    return new CliError(`${error.message}; check the name, the port and the network between`, 1, cause)
  }
  return new CliError(error.message, 1, cause)
}

/** The topics with these names, or that match these expressions as a whole. A name that is none is a failure that helps. */
export async function findTopics(
  client: ClusterClient,
  names: readonly string[],
  regex: boolean,
): Promise<TopicMetadata[]> {
  if (regex) {
    const patterns = names.map(compilePattern)
    const { topics } = await client.metadata(null)
    const found = [...topics.values()].filter(({ name }) => patterns.some((pattern) => pattern.test(name)))
    if (found.length === 0) throw new CliError(`no topic matches ${names.join(', ')}`)
    return found.sort((a, b) => (a.name < b.name ? -1 : 1))
  }
  const { topics, missing } = await client.metadata(names)
  for (const [name, reason] of missing) {
    if (reason !== 'UNKNOWN_TOPIC_OR_PARTITION')
      throw new CliError(`topic "${name}" cannot be used: ${reason}`)
    const known = await client.metadata(null)
    const near = didYouMean(name, known.topics.keys())
    const way = near === '' ? `; create it with "${commandName()} topic create ${name}"` : near
    throw new CliError(`topic "${name}" does not exist${way}`)
  }
  return names.map((name) => topics.get(name)).filter((topic) => topic !== undefined)
}

function compilePattern(text: string): RegExp {
  try {
    return new RegExp(`^(?:${text})$`)
  } catch (error) {
    throw usageError(
      `"${text}" is no regular expression: ${error instanceof Error ? error.message : String(error)}`,
    )
  }
}

/** For `--partitions 3` and the like. */
export function parseInteger(name: string, min: number): (text: string) => number {
  return (text) => {
    const value = Number(text)
    if (/^-?\d+$/.test(text) && Number.isSafeInteger(value) && value >= min) return value
    throw usageError(`${name} ${text}: expected a whole number of at least ${min}`)
  }
}
