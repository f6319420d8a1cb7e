/** Languages that have an analyzer with their stop words and their stemmer, besides English. */
export const languageNames = [
  'arabic',
  'armenian',
  'bulgarian',
  'danish',
  'dutch',
  'finnish',
  'french',
  'german',
  'greek',
  'hindi',
  'hungarian',
  'indonesian',
  'irish',
  'italian',
  'lithuanian',
  'norwegian',
  'portuguese',
  'romanian',
  'russian',
  'serbian',
  'spanish',
  'swedish',
  'turkish',
] as const

/** The analyzers that `search.analyzers` may name; search has exactly these. */
export const analyzerNames = [
  'standard',
  'simple',
  'whitespace',
  'keyword',
  'stop',
  'ngram',
  'edge_ngram',
  'cjk',
  'english',
  ...languageNames,
] as const

export type LanguageName = (typeof languageNames)[number]

export type AnalyzerName = (typeof analyzerNames)[number]
