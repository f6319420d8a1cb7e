import { resolve } from 'node:path'
import type { ResolvedConfig } from '../config/resolved-config.ts'
import { brokerLayersOf } from '../broker/config-admin.ts'
import { logConfigOf } from '../broker/topic-table.ts'
import { resolveTopicConfig } from '../config/topic-config.ts'
import type { Env } from '../env/env.ts'
import { FileError } from '../env/files.ts'
import type { CleanerOptions } from '../log/compaction/log-cleaner.ts'
import { openDataDirectory } from '../log/data-directory.ts'
import { LogManager } from '../log/log-manager.ts'
import type { PartitionSpec } from '../log/log-options.ts'
import { WalDamagedError } from '../log/wal/wal-replay.ts'
import type { MetadataImage } from '../metadata/image.ts'
import { LocalStore } from '../metadata/local-store.ts'
import { Metadata } from '../metadata/metadata.ts'
import { removeAbandonedPartitions } from '../metadata/topics.ts'
import { EventLoopMonitor } from '../telemetry/event-loop.ts'
import { standardOutput } from '../telemetry/log-destination.ts'
import { componentLevels, type Log, LogSystem } from '../telemetry/log.ts'
import { Metrics } from '../telemetry/metrics.ts'
import { removeDeletedTopics } from './deleted-topics.ts'
import { logMetrics, logOptions } from './log-settings.ts'
import { StartError } from './start-error.ts'

/** What lies under the broker: the data directory with metadata and logs, metrics and messages. */
export interface Parts extends AsyncDisposable {
  readonly directory: string
  readonly metadata: Metadata
  readonly logs: LogManager
  readonly metrics: Metrics
  readonly eventLoop: EventLoopMonitor
  readonly logSystem: LogSystem
  readonly log: Log
  flushLog(): void
}

/** Opens everything on disk. `onFatal` is called when it can not be written any more. */
export async function openParts(
  config: ResolvedConfig,
  env: Env,
  onFatal: (error: unknown) => void,
  runCleaner?: CleanerOptions['run'],
): Promise<Parts> {
  const stack = new AsyncDisposableStack()
  const metrics = new Metrics(config.get('metrics.max.series'))
  const output = stack.use(
    standardOutput({
      format: config.get('log.format'),
      isTerminal: process.stdout.isTTY,
      colour: process.stdout.isTTY && process.env['NO_COLOR'] === undefined,
    }),
  )
  const logSystem = new LogSystem({
    level: config.get('log.level'),
    components: componentLevels(config.get('log.components')),
    clock: env.clock,
    destination: output,
    onMessage: (level) => metrics.counter('chronik_log_messages_total', { level }).add(1),
  })
  const directory = resolve(config.get('data.dir'))
  try {
    const data = await openDirectory(env, directory)
    stack.defer(() => data.lock.release())
    const metadata = await openMetadata(config, env, directory, onFatal)
    stack.use(metadata)
    const removed = await removeDeletedTopics(env, directory, metadata)
    if (removed > 0)
      logSystem
        .component('server')
        .info('partitions of deleted topics were still there and are removed', { removed })
    const options = logOptions(config, directory, data.directoryId, onFatal, runCleaner)
    const logs = await openLogs(config, env, metadata.image, options, metrics, logSystem)
    stack.use(logs)
    const eventLoop = stack.use(new EventLoopMonitor())
    const log = logSystem.component('server')
    const flushLog = (): void => output[Symbol.dispose]()
    const dispose = (): Promise<void> => stack.disposeAsync()
    return {
      directory,
      metadata,
      logs,
      metrics,
      eventLoop,
      logSystem,
      log,
      flushLog,
      [Symbol.asyncDispose]: dispose,
    }
  } catch (error) {
    await stack.disposeAsync()
    if (error instanceof WalDamagedError) throw new StartError('LOG_DAMAGED', error.message, { cause: error })
    throw error
  }
}

async function openDirectory(
  env: Env,
  directory: string,
): Promise<Awaited<ReturnType<typeof openDataDirectory>>> {
  try {
    return await openDataDirectory(env, directory)
  } catch (error) {
    if (!(error instanceof FileError)) throw error
    if (error.code === 'LOCKED') {
      throw new StartError(
        'DATA_DIRECTORY_LOCKED',
        `another chronik process is using the data directory ${directory}; stop it, or start this one with another --data-dir`,
        { cause: error },
      )
    }
    throw new StartError(
      'DATA_DIRECTORY_UNUSABLE',
      `the data directory ${directory} can not be used: ${error.message}; choose another with --data-dir, or make it writable for this user`,
      { cause: error },
    )
  }
}

async function openMetadata(
  config: ResolvedConfig,
  env: Env,
  directory: string,
  onFatal: (error: unknown) => void,
): Promise<Metadata> {
  const store = await LocalStore.open({
    directory: `${directory}/metadata`,
    files: env.files,
    clock: env.clock,
    random: env.random,
    snapshotBytes: config.get('metadata.log.max.record.bytes.between.snapshots'),
    retainedSnapshots: config.get('metadata.snapshots.kept'),
    onFenced: onFatal,
  })
  const metadata = await Metadata.open(store, onFatal)
  for (const transaction of removeAbandonedPartitions(metadata.image)) await store.transact(transaction)
  return metadata
}

function openLogs(
  config: ResolvedConfig,
  env: Env,
  image: MetadataImage,
  options: ReturnType<typeof logOptions>,
  metrics: Metrics,
  logSystem: LogSystem,
): Promise<LogManager> {
  const layers = brokerLayersOf(config, image, config.get('node.id'))
  const configFor = (topicId: string): ReturnType<typeof logConfigOf> =>
    logConfigOf(resolveTopicConfig(Object.fromEntries(image.topicsById.get(topicId)?.configs ?? []), layers))
  return LogManager.open(
    env,
    options,
    partitionsOf(image),
    configFor,
    logMetrics(metrics),
    logSystem.component('log'),
  )
}

function* partitionsOf(image: MetadataImage): Generator<PartitionSpec> {
  for (const [topicId, topic] of image.topicsById) {
    for (let partition = 0; partition < topic.partitions.length; partition++)
      yield { topic: topic.name, topicId, partition }
  }
}
