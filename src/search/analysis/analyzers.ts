import { QueryError } from '../budget.ts'
import type { Analyzer } from './analyzer.ts'
import { englishStopWords, mapped, withoutWords } from './filters.ts'
import { cjkAnalyzer, gramAnalyzer } from './grams.ts'
import { stemEnglish } from './porter2.ts'
import { keywordAnalyzer, simpleAnalyzer, whitespaceAnalyzer } from './simple-analyzers.ts'
import { standardAnalyzer } from './standard-analyzer.ts'

const all: readonly Analyzer[] = [
  standardAnalyzer,
  simpleAnalyzer,
  whitespaceAnalyzer,
  keywordAnalyzer,
  withoutWords('stop', simpleAnalyzer, englishStopWords),
  mapped('english', withoutWords('english', standardAnalyzer, englishStopWords), stemEnglish),
  gramAnalyzer('ngram', 2, 3, false),
  gramAnalyzer('edge_ngram', 1, 20, true),
  cjkAnalyzer,
]

const analyzers: ReadonlyMap<string, Analyzer> = new Map(all.map((analyzer) => [analyzer.name, analyzer]))

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
