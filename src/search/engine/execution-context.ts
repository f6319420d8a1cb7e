import type { Budget } from '../budget.ts'
import { defaultLimits, type SearchContext } from '../execution/search-context.ts'
import { hasString } from './has-string.ts'
import { fieldAnalyzer } from './topic-mapping.ts'
import type { WorkerContext } from './worker-context.ts'

/** What execution asks of the engine for one request. */
export function executionContext(budget: Budget, context: WorkerContext): SearchContext {
  const partitions = [...context.partitions.values()]
  return {
    budget,
    limits: { ...defaultLimits, clausesMax: context.settings.clausesMax },
    analyzerOf(topic, field) {
      const mapping = partitions.find(({ spec }) => spec.topic === topic)?.spec.mapping
      return fieldAnalyzer(mapping, field)
    },
    verify(reader, doc, field, value) {
      const { topicId, partition } = reader
      const holder = partitions.find(({ spec }) => spec.topicId === topicId && spec.partition === partition)
      const record = holder === undefined ? null : context.documents.readNow(holder, reader.offsetOf(doc))
      return record !== null && hasString(record, field, value)
    },
  }
}
