import { analyzerNames, languageNames, type AnalyzerName } from '../../config/analyzer-names.ts'
import { QueryError } from '../budget.ts'
import type { Analyzer } from './analyzer.ts'
import { englishStopWords, mapped, withoutWords } from './filters.ts'
import { cjkAnalyzer, gramAnalyzer } from './grams.ts'
import { languageAnalyzer } from './language-analyzers.ts'
import { stemEnglish } from './porter2.ts'
import { keywordAnalyzer, simpleAnalyzer, whitespaceAnalyzer } from './simple-analyzers.ts'
import { standardAnalyzer } from './standard-analyzer.ts'

const made: ReadonlyMap<string, Analyzer> = new Map(
  [
    standardAnalyzer,
    simpleAnalyzer,
    whitespaceAnalyzer,
    keywordAnalyzer,
    withoutWords('stop', simpleAnalyzer, englishStopWords),
    mapped('english', withoutWords('english', standardAnalyzer, englishStopWords), stemEnglish),
    gramAnalyzer('ngram', 2, 3, false),
    gramAnalyzer('edge_ngram', 1, 20, true),
    cjkAnalyzer,
  ].map((analyzer) => [analyzer.name, analyzer]),
)

/** Those of languages that somebody has used. */
const loaded = new Map<string, Analyzer>()

export function isAnalyzerName(name: string): name is AnalyzerName {
  return analyzerNames.some((known) => known === name)
}

/** An analyzer by the name that topic configurations and queries use; a QueryError names the ones there are. */
export function analyzerByName(name: string): Analyzer {
  const analyzer = made.get(name) ?? loaded.get(name)
  if (analyzer !== undefined) return analyzer
  const language = languageNames.find((known) => known === name)
  if (language === undefined)
    throw new QueryError(
      'illegal_argument',
      `There is no analyzer '${name}'. Known are ${analyzerNames.join(', ')}.`,
    )
  const added = languageAnalyzer(language)
  loaded.set(name, added)
  return added
}
