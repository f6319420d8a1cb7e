import { resolve } from 'node:path'
import type { Command } from 'commander'
import { formatAddress, type Address } from '../config/address.ts'
import type { ResolvedConfig } from '../config/resolved-config.ts'
import type { Env } from '../env/env.ts'
import { nodeEnv } from '../env/node/env.ts'
import type { RunningServer } from '../server/server.ts'
import { commandName } from './command-name.ts'
import { addConfigOptions, resolveConfig, type ConfigOptions } from './config-options.ts'
import { packageVersion } from './package-version.ts'
import { removeReadyFile, writeReadyFile } from './ready-file.ts'
import { offerSample, startSample, type RunningSample } from './start-sample.ts'
import { onStopSignals } from './stop-signals.ts'

interface StartOptions extends ConfigOptions {
  readonly readyFile?: string
  readonly sample?: true
}

const DEFAULT_KAFKA_PORT = 9092

export function define(command: Command): void {
  addConfigOptions(command)
    .option(
      '--ready-file <file>',
      'written when clients can connect, removed at the stop: JSON with pid and addresses',
    )
    .option(
      '--sample',
      'write sample data, events and log lines of a web shop, for as long as the server runs',
    )
    .addHelpText(
      'after',
      '\nThe settings: chronik config print. Each may also be an environment variable, CHRONIK_WAL_SYNC for wal.sync.',
    )
    .action(start)
}

async function start(options: StartOptions): Promise<void> {
  const config = resolveConfig(options)
  const env = nodeEnv()
  if (options.readyFile !== undefined) await removeReadyFile(env, options.readyFile)
  const { startServer } = await import('../server/server.ts')
  const server = await startServer(config, { env })
  let sample: RunningSample | null = null
  // What still writes goes first: it could not end in order without the server.
  const close = async (): Promise<void> => {
    await sample?.stop()
    await server.close()
  }
  const releaseSignals = stopOnSignals(env, close)
  try {
    process.stdout.write(banner(config, server))
    if (options.readyFile !== undefined) await writeReadyFile(env, options.readyFile, factsOf(server))
    const target = { kafka: reachable(server.kafka), http: reachable(server.http) }
    sample = options.sample === true ? startSample(env, target) : offerSample(env, target, server.isEmpty)
    process.exitCode = await server.done
  } finally {
    // When the ready file cannot be written the server still runs; stopping a stopped one does nothing.
    await close()
    if (options.readyFile !== undefined) await removeReadyFile(env, options.readyFile)
    releaseSignals()
  }
}

function stopOnSignals(env: Env, close: () => Promise<void>): () => void {
  const stop = (): void => {
    process.stderr.write('chronik: stopping; press Ctrl-C again to force it\n')
    void close().catch((error: unknown) => {
      process.stderr.write(`chronik: the stop failed: ${String(error)}\n`)
      process.exit(1)
    })
  }
  return onStopSignals(env.clock, stop, stopByForce)
}

function stopByForce(): void {
  process.stderr.write('chronik: stopped by force; the next start recovers what was acknowledged\n')
  process.exit(1)
}

function factsOf(server: RunningServer): Parameters<typeof writeReadyFile>[2] {
  return {
    pid: process.pid,
    kafka: formatAddress(server.kafka),
    http: formatAddress(server.http),
    version: packageVersion,
    clusterId: server.clusterId,
    nodeId: server.nodeId,
  }
}

function banner(config: ResolvedConfig, server: RunningServer): string {
  const name = commandName()
  const brokers =
    server.kafka.port === DEFAULT_KAFKA_PORT ? '' : ` --brokers ${formatAddress(reachable(server.kafka))}`
  return [
    `chronik ${packageVersion} is ready`,
    `  Kafka   ${formatAddress(server.kafka)}`,
    `  Console http://${formatAddress(reachable(server.http))}/`,
    `  Data    ${resolve(config.get('data.dir'))}`,
    `  Acks    ${durability(config)}`,
    '',
    'Try:',
    `  ${name} topic create hello${brokers}`,
    `  echo 'hello world' | ${name} topic produce hello${brokers}`,
    `  ${name} topic consume hello --offset start${brokers}`,
    '',
  ].join('\n')
}

/** A listener on all interfaces is reached through loopback from here. */
function reachable(address: Address): Address {
  const host = address.host === '0.0.0.0' ? '127.0.0.1' : address.host === '::' ? '::1' : address.host
  return { host, port: address.port }
}

function durability(config: ResolvedConfig): string {
  const texts = {
    commit: 'after the record is on disk (fdatasync); it survives power loss',
    interval: `before the disk has the record; power loss may cost the last ${config.get('wal.flush.interval.ms')} ms`,
    os: 'before the disk has the record; it survives a crash of chronik, but not a loss of power',
  }
  return texts[config.get('wal.sync')]
}
