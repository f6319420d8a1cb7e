/** Okapi BM25 with the constants and the scale of Elasticsearch. */
export const K1 = 1.2
export const B = 0.75

/** What a term is worth: rare terms more. `docFrequency` of `docCount` documents have it. */
export function inverseDocumentFrequency(docFrequency: number, docCount: number): number {
  return Math.log(1 + (docCount - docFrequency + 0.5) / (docFrequency + 0.5))
}

/** What a field's length does to the frequency of its terms. */
export function lengthNorm(length: number, averageLength: number): number {
  return averageLength > 0 ? K1 * (1 - B + (B * length) / averageLength) : K1
}

/** Score of a term that occurs `frequency` times; `norm` is from `lengthNorm`. A phrase may have a fractional frequency. */
export function bm25(idf: number, frequency: number, norm: number): number {
  return (idf * (K1 + 1) * frequency) / (frequency + norm)
}
