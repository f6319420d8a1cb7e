import { createRequire } from 'node:module'
import type { LanguageName } from '../../config/analyzer-names.ts'
import type { Analyzer } from './analyzer.ts'
import { mapped, withoutWords } from './filters.ts'
import { standardAnalyzer } from './standard-analyzer.ts'

const load = createRequire(import.meta.url)

/** Where the packages have another name for a language than Elasticsearch. */
const packageNames: Partial<Record<LanguageName, string>> = { hindi: 'indian' }

/**
 * Standard words without a language's stop words, each brought to its stem by Snowball's rules. The lists and the stemmer are read
 * from the disk with the first use: of two dozen languages hardly anybody needs two.
 */
export function languageAnalyzer(name: LanguageName): Analyzer {
  const part = packageNames[name] ?? name
  // What the packages declare for each of these files.
  const { stopwords } = load(`@orama/stopwords/${part}`) as { readonly stopwords: readonly string[] }
  const { stemmer } = load(`@orama/stemmers/${part}`) as { readonly stemmer: (word: string) => string }
  return mapped(name, withoutWords(name, standardAnalyzer, new Set(stopwords)), stemmer)
}
