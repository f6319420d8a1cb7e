/** What a search looks for. Lucene strings and Elasticsearch bodies are parsed into it; execution knows nothing else. */
export type Query = { readonly kind: 'all' } | { readonly kind: 'none' }
