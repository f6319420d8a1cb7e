import type { Analyzer } from '../analysis/analyzer.ts'
import { analyzerByName, isAnalyzerName } from '../analysis/analyzers.ts'
import { standardAnalyzer } from '../analysis/standard-analyzer.ts'
import type { MappingOptions } from '../document/mapping-options.ts'
import type { TopicMapping } from './messages.ts'

/** The options of an index for a topic's configuration. */
export function indexMapping({ fieldsMax, analyzers }: TopicMapping): Partial<MappingOptions> {
  return { fieldsMax, analyzerOf: (field) => namedAnalyzer(analyzers[field]) }
}

/** The analyzer of a field's text. */
export function fieldAnalyzer(mapping: TopicMapping | undefined, field: string): Analyzer {
  return namedAnalyzer(mapping?.analyzers[field]) ?? standardAnalyzer
}

/** A name that is none is as if there were no name: configurations are checked when they are set, and records must not suffer later. */
function namedAnalyzer(name: string | undefined): Analyzer | null {
  return name === undefined || !isAnalyzerName(name) ? null : analyzerByName(name)
}
