import { QueryError } from '../budget.ts'
import type { Analyzer } from './analyzer.ts'
import { standardAnalyzer } from './standard-analyzer.ts'

const analyzers = new Map<string, Analyzer>([standardAnalyzer].map((analyzer) => [analyzer.name, analyzer]))

export const analyzerNames: readonly string[] = [...analyzers.keys()]

/** An analyzer by the name that topic configurations and queries use; a QueryError names the ones there are. */
export function analyzerByName(name: string): Analyzer {
  const analyzer = analyzers.get(name)
  if (analyzer === undefined)
    throw new QueryError(
      'illegal_argument',
      `There is no analyzer '${name}'. Known are ${analyzerNames.join(', ')}.`,
    )
  return analyzer
}
