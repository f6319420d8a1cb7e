import { resolve } from 'node:path'
import type { Command } from 'commander'
import { BrokerConnection } from '../client/broker-connection.ts'
import { defaultClientOptions } from '../client/client-options.ts'
import { ConnectionError } from '../client/connection-error.ts'
import { readMetadata } from '../client/cluster-metadata.ts'
import { formatAddress, type Address } from '../config/address.ts'
import type { ResolvedConfig } from '../config/resolved-config.ts'
import type { Env } from '../env/env.ts'
import { FileError } from '../env/files.ts'
import { nodeEnv } from '../env/node/env.ts'
import { apiTable } from '../protocol/api-keys.ts'
import {
  addClientOptions,
  addFormatOption,
  parseBrokers,
  type ClientCommandOptions,
  type FormatOption,
} from './client-command.ts'
import { addConfigOptions, resolveConfig, type ConfigOptions } from './config-options.ts'
import { writeData, writeJson } from './output.ts'
import { packageVersion } from './package-version.ts'
import { formatBytes } from './progress.ts'

type Status = 'ok' | 'warning' | 'failed' | 'skipped'

interface Finding {
  readonly check: string
  readonly status: Status
  readonly message: string
  /** What to do about it; null when nothing needs to be done. */
  readonly fix: string | null
}

interface Options extends ConfigOptions, FormatOption, ClientCommandOptions {}

const MIN_NODE_MAJOR = 26
const MIN_OPEN_FILES = 8_192
const LOW_DISK_BYTES = 2 * 2 ** 30
const SLOW_SYNC_MS = 20
const SYNC_PROBES = 20
const PROBE_TIMEOUT_MS = 3_000

export function define(command: Command): void {
  addFormatOption(addClientOptions(addConfigOptions(command)))
    .addHelpText(
      'after',
      '\nChecks what "start" with the same options would use. Exit code 1 when a check failed; warnings are none.',
    )
    .action(doctor)
}

async function doctor(options: Options): Promise<void> {
  const env = nodeEnv()
  const config = resolveConfig(options)
  const directory = resolve(config.get('data.dir'))
  const running = await isRunning(env, directory)
  const named = options.brokers ?? options.X?.['brokers'] ?? process.env['CHRONIK_BROKERS']
  const findings = [
    checkNode(),
    checkOpenFiles(),
    ...(await checkDirectory(env, config, directory, running)),
    await checkPort(env, 'Kafka port', 'kafka.listen', config.get('kafka.listen'), running),
    await checkPort(env, 'HTTP port', 'http.listen', config.get('http.listen'), running),
    ...(await checkBroker(
      env,
      named === undefined ? [config.get('kafka.listen')] : parseBrokers(named),
      running || named !== undefined,
    )),
  ]
  if (findings.some(({ status }) => status === 'failed')) process.exitCode = 1
  if (options.format === 'json') await writeJson(findings)
  else await writeData(findings.map(toText).join(''))
}

function toText({ check, status, message, fix }: Finding): string {
  const line = `${status.toUpperCase().padEnd(8)} ${check}: ${message}\n`
  return fix === null ? line : `${line}         fix: ${fix}\n`
}

function ok(check: string, message: string): Finding {
  return { check, status: 'ok', message, fix: null }
}

function bad(check: string, status: 'warning' | 'failed', message: string, fix: string): Finding {
  return { check, status, message, fix }
}

function checkNode(): Finding {
  const version = process.versions.node
  if (Number(version.split('.')[0]) >= MIN_NODE_MAJOR) return ok('Node', version)
  return bad(
    'Node',
    'failed',
    `this is ${version}, ${MIN_NODE_MAJOR} is needed`,
    'run bin/chronik after "npm ci", which brings its own Node',
  )
}

function checkOpenFiles(): Finding {
  const limit = openFilesLimit()
  if (limit === null)
    return { check: 'Open files', status: 'skipped', message: 'no such limit here', fix: null }
  if (limit >= MIN_OPEN_FILES)
    return ok('Open files', limit === Number.POSITIVE_INFINITY ? 'unlimited' : `${limit} may be open`)
  const fix = `ulimit -n ${MIN_OPEN_FILES * 8} before the start, or LimitNOFILE= in the systemd unit`
  return bad(
    'Open files',
    'warning',
    `only ${limit} may be open; every connection and segment takes one`,
    fix,
  )
}

/** The process report is where Node tells it; null where the system has no such limit. */
function openFilesLimit(): number | null {
  const report: unknown = process.report.getReport()
  if (typeof report !== 'object' || report === null || !('userLimits' in report)) return null
  // Node documents the report's fields, its types do not.
  const limits = report.userLimits as { readonly open_files?: { readonly soft?: number | 'unlimited' } }
  const soft = limits.open_files?.soft
  if (soft === undefined) return null
  return soft === 'unlimited' ? Number.POSITIVE_INFINITY : soft
}

/** The lock cannot be asked about without taking it, and taking it for a moment is harmless when nothing else runs. */
async function isRunning(env: Env, directory: string): Promise<boolean> {
  if ((await env.files.stat(`${directory}/meta.properties`)) === null) return false
  try {
    const lock = await env.files.lock(`${directory}/lock`)
    await lock.release()
    return false
  } catch (error) {
    if (error instanceof FileError && error.code === 'LOCKED') return true
    throw error
  }
}

async function checkDirectory(
  env: Env,
  config: ResolvedConfig,
  directory: string,
  running: boolean,
): Promise<Finding[]> {
  const place = (await env.files.stat(directory)) === null ? await existingParent(env, directory) : directory
  const lock = running ? `a server uses ${directory}` : `no server uses ${directory}`
  const findings = [ok('Data directory lock', lock)]
  try {
    findings.push(await probeSync(env, place, directory))
  } catch (error) {
    if (!(error instanceof FileError)) throw error
    const fix = 'choose another with --data-dir, or change its owner or mode for this user'
    return [...findings, bad('Data directory', 'failed', error.message, fix)]
  }
  const free = await env.files.freeBytes(place)
  const reserve = config.get('disk.reserve.bytes')
  const text = `${formatBytes(free)} free on the disk of ${directory}`
  if (free < reserve) {
    findings.push(
      bad(
        'Disk space',
        'failed',
        `${text}, less than disk.reserve.bytes (${formatBytes(reserve)}); producing would be refused`,
        'free space, or lower retention.ms or retention.bytes of large topics',
      ),
    )
  } else if (free < LOW_DISK_BYTES) {
    findings.push(bad('Disk space', 'warning', text, 'free space before topics grow into the reserve'))
  } else findings.push(ok('Disk space', text))
  return findings
}

async function existingParent(env: Env, directory: string): Promise<string> {
  let parent = resolve(directory, '..')
  while (parent !== '/' && (await env.files.stat(parent)) === null) parent = resolve(parent, '..')
  return parent
}

/** Writes and syncs a small file, as every commit does, and tells how long that takes. */
async function probeSync(env: Env, place: string, directory: string): Promise<Finding> {
  const path = `${place}/.chronik-doctor-${process.pid}`
  const times: number[] = []
  try {
    await using file = await env.files.open(path, 'create')
    const block = Buffer.alloc(4096)
    await file.write([block], 0)
    await file.sync()
    for (let probe = 0; probe < SYNC_PROBES; probe++) {
      const started = env.clock.monotonic()
      await file.write([block], 0)
      await file.datasync()
      times.push(env.clock.monotonic() - started)
    }
  } finally {
    await env.files.remove(path)
  }
  times.sort((a, b) => a - b)
  const median = times[SYNC_PROBES / 2] ?? 0
  const worst = times.at(-1) ?? 0
  const text = `${directory} is writable; fdatasync takes ${median.toFixed(2)} ms, at worst ${worst.toFixed(2)} ms`
  if (median <= SLOW_SYNC_MS) return ok('Data directory', text)
  const fix = 'a local SSD for --data-dir; or wal.sync=interval, where a power loss may cost the last moments'
  return bad('Data directory', 'warning', `${text}, and every acknowledgement waits for one`, fix)
}

async function checkPort(
  env: Env,
  check: string,
  setting: string,
  { host, port }: Address,
  running: boolean,
): Promise<Finding> {
  const address = formatAddress({ host, port })
  if (port === 0) return ok(check, `${setting}=${address}: a free one is picked at the start`)
  try {
    const listener = await env.network.listen({ host, port }, (connection) => connection.destroy())
    await listener.close()
    return running
      ? bad(
          check,
          'warning',
          `${address} is free although a server runs`,
          `it listens elsewhere; name its address with --set ${setting}=…`,
        )
      : ok(check, `${address} is free`)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error)
    if (code === 'EADDRINUSE' && running) return ok(check, `${address} is in use, as it should be`)
    if (code === 'EADDRINUSE') {
      return bad(
        check,
        'failed',
        `${address} is in use by another process`,
        `stop that one, or --set ${setting}=${host}:0 picks a free port`,
      )
    }
    return bad(
      check,
      'failed',
      `${address} cannot be listened on (${code})`,
      `set ${setting} to an address of this machine`,
    )
  }
}

/** Asks the broker as a client would, and then tries the address that it tells clients. */
async function checkBroker(env: Env, addresses: readonly Address[], expected: boolean): Promise<Finding[]> {
  const options = {
    ...defaultClientOptions,
    softwareVersion: packageVersion,
    connectTimeoutMs: PROBE_TIMEOUT_MS,
  }
  const [first = { host: '127.0.0.1', port: 0 }] = addresses
  const host = first.host === '0.0.0.0' ? '127.0.0.1' : first.host
  if (first.port === 0 || !expected) {
    return [
      {
        check: 'Broker',
        status: 'skipped',
        message: 'no server runs; start one, or name a broker with --brokers',
        fix: null,
      },
    ]
  }
  try {
    await using connection = await BrokerConnection.open(env, host, first.port, options)
    const { ranges } = connection.versions
    const known = apiTable.filter(({ key }) => ranges.has(key)).length
    const findings = [
      ok(
        'Broker',
        `${connection.address} answers and offers ${ranges.size} APIs, ${known} of which this client knows`,
      ),
    ]
    const metadata = readMetadata(
      await connection.request('Metadata', { topics: [], allowAutoTopicCreation: false }),
    )
    for (const broker of metadata.brokers)
      findings.push(await checkAdvertised(env, connection.address, broker))
    return findings
  } catch (error) {
    if (!(error instanceof ConnectionError)) throw error
    return [
      bad(
        'Broker',
        'failed',
        error.message,
        'start it with "chronik start", or name the right one with --brokers host:port',
      ),
    ]
  }
}

async function checkAdvertised(
  env: Env,
  asked: string,
  broker: { readonly nodeId: number; readonly host: string; readonly port: number },
): Promise<Finding> {
  const told = formatAddress(broker)
  const check = `Advertised address of node ${broker.nodeId}`
  try {
    const connection = await env.network.connect(broker.host, broker.port, { timeoutMs: PROBE_TIMEOUT_MS })
    connection.destroy()
    return ok(check, `a client at ${asked} is told ${told}, which can be reached from here`)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error)
    const message = `a client at ${asked} is told ${told}, which cannot be reached from here (${code})`
    return bad(
      check,
      'failed',
      message,
      'set advertise=auto, or advertise=host:port as clients must see it; check port mappings',
    )
  }
}
