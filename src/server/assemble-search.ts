import type { Broker } from '../broker/broker.ts'
import type { TopicEntry } from '../broker/topic-table.ts'
import type { ResolvedConfig } from '../config/resolved-config.ts'
import { startNodeWorker } from '../env/node/worker.ts'
import type { WorkerSettings } from '../search/engine/messages.ts'
import { SearchEngine } from '../search/engine/search-engine.ts'
import type { SearchedTopic } from '../search/engine/searched-topic.ts'
import { collectSearchMetrics, searchMetrics } from './search-metrics.ts'
import type { Parts } from './open-parts.ts'

const workerModule = new URL('../search/engine/worker-main.ts', import.meta.url)

/**
 * Builds the search engine and tells it of all topics; null when search is switched off. It notes where each log ends now, before
 * the first append, and does no more until it is started.
 */
export function assembleSearch(config: ResolvedConfig, broker: Broker, parts: Parts): SearchEngine | null {
  if (!config.get('search.enable')) return null
  const workers = config.get('search.workers')
  const engine = new SearchEngine({
    env: broker.env,
    directory: `${parts.directory}/search`,
    workers,
    startWorker: (index, events) =>
      startNodeWorker(
        workerModule,
        {
          name: `search-${index}`,
          data: workerSettings(config, workers),
          heapBytes: config.get('search.heap.bytes'),
        },
        events,
      ),
    logger: parts.logSystem.component('search'),
    metrics: searchMetrics(parts.metrics),
    timeoutMs: config.get('search.timeout.ms'),
    timeoutMaxMs: config.get('search.timeout.max.ms'),
    resultWindowMax: config.get('search.max.result.window'),
    queueMax: config.get('search.queue.max'),
  })
  collectSearchMetrics(parts.metrics, engine)
  const { topics } = broker
  for (const topic of topics.all) engine.topicAdded(searchedTopic(topic))
  topics.onCreated((topic) => engine.topicAdded(searchedTopic(topic)))
  topics.onChanged((topic) => engine.topicChanged(searchedTopic(topic)))
  topics.onDeleted(({ name, topicId }) => engine.topicRemoved(name, topicId))
  return engine
}

function workerSettings(config: ResolvedConfig, workers: number): WorkerSettings {
  return {
    segmentBytes: config.get('search.segment.bytes'),
    segmentMs: config.get('search.segment.ms'),
    mergeBytes: config.get('search.merge.bytes'),
    memoryBytes: Math.ceil(config.get('search.memory.bytes') / workers),
    cacheBytes: Math.ceil(config.get('search.cache.bytes') / workers),
    bucketsMax: config.get('search.max.buckets'),
    clausesMax: config.get('search.max.clauses'),
    requestBytesMax: config.get('search.request.memory.bytes'),
  }
}

function searchedTopic({ name, topicId, internal, logs, config }: TopicEntry): SearchedTopic {
  return {
    name,
    topicId,
    internal,
    logs,
    options: {
      enabled: config.searchEnable && !internal,
      mapping: { fieldsMax: config.searchFieldsMax, analyzers: analyzersOf(config.searchAnalyzers) },
    },
  }
}

/** Reads `field:analyzer` pairs; a field's name may have colons, an analyzer's may not. */
function analyzersOf(pairs: readonly string[]): Readonly<Record<string, string>> {
  const analyzers: Record<string, string> = {}
  for (const pair of pairs) {
    const colon = pair.lastIndexOf(':')
    if (colon > 0) analyzers[pair.slice(0, colon)] = pair.slice(colon + 1)
  }
  return analyzers
}
