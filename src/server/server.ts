import type { Address } from '../config/address.ts'
import type { ResolvedConfig } from '../config/resolved-config.ts'
import type { Env } from '../env/env.ts'
import { type RunningHttp, startHttpServer } from '../api/http/http-server.ts'
import type { HttpDeps } from '../api/http/http-deps.ts'
import { KafkaListener } from '../broker/kafka-listener.ts'
import type { CleanerOptions } from '../log/compaction/log-cleaner.ts'
import { assembleBroker } from './assemble-broker.ts'
import { assembleSearch } from './assemble-search.ts'
import { openParts } from './open-parts.ts'
import { StartError } from './start-error.ts'
import { tlsSettings } from './tls-settings.ts'

export interface RunningServer {
  /** Where clients connect; the ports are those in use. */
  readonly kafka: Address
  readonly http: Address
  /** The port for clients of Elasticsearch, when there is one. */
  readonly elastic: Address | null
  readonly clusterId: string
  readonly nodeId: number
  /** Whether there was no topic at the start, but for those that the server keeps for itself. */
  readonly isEmpty: boolean
  /** An orderly stop: no new connections, pending requests answered, everything on disk. */
  close(): Promise<void>
  /** Resolves with the exit code when the server has stopped, whatever stopped it. */
  readonly done: Promise<number>
}

export interface ServerSurroundings {
  readonly env: Env
  /** Does what compaction has to do; without it a thread does, whose files are the real ones whatever `env` says. */
  readonly runCleaner?: CleanerOptions['run']
}

/**
 * Builds and starts the parts, in the order in which they need each other; the one place that does.
 * @throws StartError, WalDamagedError
 */
export async function startServer(
  config: ResolvedConfig,
  { env, runCleaner }: ServerSurroundings,
): Promise<RunningServer> {
  const done = Promise.withResolvers<number>()
  const onFatal = (error: unknown): void => {
    // Nothing more may be acknowledged, and closing in order could write on top of what is wrong: stop at once.
    parts.log.fatal('the server stops because its disk failed', { error })
    parts.flushLog()
    done.resolve(1)
    process.exit(1)
  }
  const parts = await openParts(config, env, onFatal, runCleaner)
  const stack = new AsyncDisposableStack()
  stack.use(parts)
  try {
    const { broker, coordinatorsLoaded, unloadCoordinators } = await assembleBroker(config, env, parts)
    const search = assembleSearch(config, broker, parts)
    if (search !== null) stack.use(search)
    // Before the logs are closed, also when the rest of the start fails: coordinators write by themselves.
    stack.defer(unloadCoordinators)
    coordinatorsLoaded.catch((error: unknown) =>
      parts.log.error('the coordinators could not be loaded', { error }),
    )
    const listener = new KafkaListener(broker)
    const { host, port } = config.get('kafka.listen')
    const kafka = await bound('kafka.listen', host, port, async () =>
      listener.listen(host, port, await tlsSettings(config, env)),
    )
    stack.defer(() => listener.stop(0))
    let stopping = false
    const http = await listenHttp(config, { broker, kafka, search }, () => stopping)
    stack.use(http)
    const elastic = await listenElastic(config, { broker, kafka, search })
    if (elastic !== null) stack.use(elastic)
    search?.start()
    let closing: Promise<void> | null = null
    const close = (): Promise<void> => {
      closing ??= (async () => {
        stopping = true
        const graceMs = config.get('shutdown.grace.ms')
        await Promise.all([http.close(graceMs), elastic?.close(graceMs), listener.stop(graceMs)])
        await stack.disposeAsync()
        done.resolve(0)
      })()
      return closing
    }
    return {
      kafka,
      http: { host: http.host, port: http.port },
      elastic: elastic === null ? null : { host: elastic.host, port: elastic.port },
      clusterId: broker.clusterId,
      nodeId: broker.nodeId,
      isEmpty: [...broker.topics.all].every(({ internal }) => internal),
      close,
      done: done.promise,
    }
  } catch (error) {
    await stack.disposeAsync()
    throw error
  }
}

function listenHttp(
  config: ResolvedConfig,
  deps: Omit<HttpDeps, 'ready'>,
  stopping: () => boolean,
): Promise<RunningHttp> {
  const ready = (): { ready: boolean; reasons: string[] } => {
    const reasons: string[] = []
    if (stopping()) reasons.push('the server is stopping')
    if (deps.broker.logs.usage.diskFull) reasons.push('the disk is nearly full, so records are refused')
    return { ready: reasons.length === 0, reasons }
  }
  const { host, port } = config.get('http.listen')
  return bound('http.listen', host, port, () => startHttpServer({ ...deps, ready }, { host, port }))
}

/** The Elasticsearch door on a port of its own. */
async function listenElastic(
  config: ResolvedConfig,
  deps: Omit<HttpDeps, 'ready'>,
): Promise<RunningHttp | null> {
  const address = config.get('search.elastic.listen')
  if (address === null) return null
  const { host, port } = address
  const ready = () => ({ ready: true, reasons: [] })
  return await bound('search.elastic.listen', host, port, () =>
    startHttpServer({ ...deps, ready }, { host, port, pathPrefix: '/es' }),
  )
}

/** Says which setting names an address that can not be listened on. */
async function bound<T>(setting: string, host: string, port: number, listen: () => Promise<T>): Promise<T> {
  try {
    return await listen()
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : null
    if (code === 'EADDRINUSE') {
      throw new StartError(
        'ADDRESS_IN_USE',
        `port ${port} on ${host} is in use by another process; stop that one or set ${setting} to another port (0 picks a free one)`,
        { cause: error },
      )
    }
    if (code === 'EADDRNOTAVAIL' || code === 'EACCES' || code === 'ENOTFOUND') {
      throw new StartError(
        'ADDRESS_UNUSABLE',
        `${setting}=${host}:${port} can not be listened on (${code}); set an address of this machine`,
        {
          cause: error,
        },
      )
    }
    throw error
  }
}
