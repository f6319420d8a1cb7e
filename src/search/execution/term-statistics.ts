import type { TermIndex } from '../index/index-reader.ts'
import type { SearchStatistics } from '../search-request.ts'

export interface TermFacts {
  readonly docFrequency: number
  readonly docCount: number
  readonly tokenCount: number
}

/** Where a planner gets what BM25 needs. `field` is the name, with `.keyword` for whole strings. */
export interface TermStatistics {
  facts(field: string, term: string, index: TermIndex | null, ordinal: number): TermFacts
}

/** What all readers know together. A term that was not counted beforehand has the numbers of its own reader. */
export function globalStatistics(statistics: SearchStatistics): TermStatistics {
  return {
    facts(field, term, index, ordinal) {
      const total = own(statistics.fields, field)
      const docFrequency = own(own(statistics.terms, field) ?? {}, term)
      if (total === undefined || docFrequency === undefined) return localFacts(index, ordinal)
      return { docFrequency, docCount: total.docCount, tokenCount: total.tokenCount }
    },
  }
}

function localFacts(index: TermIndex | null, ordinal: number): TermFacts {
  if (index === null) return { docFrequency: 0, docCount: 0, tokenCount: 0 }
  return {
    docFrequency: ordinal < 0 ? 0 : index.docFrequency(ordinal),
    docCount: index.docCount,
    tokenCount: index.tokenCount,
  }
}

/** Sums up what the planner asks for over the readers that it is led through. */
export class StatisticsCollector implements TermStatistics {
  readonly #fields = new Map<string, { docCount: number; tokenCount: number }>()
  readonly #terms = new Map<string, Map<string, number>>()
  /** What was already counted in the current reader: a query may name a term twice. */
  #seen = new Set<string>()

  nextReader(): void {
    this.#seen = new Set()
  }

  facts(field: string, term: string, index: TermIndex | null, ordinal: number): TermFacts {
    const local = localFacts(index, ordinal)
    if (!this.#seen.has(field)) {
      this.#seen.add(field)
      const total = this.#fields.get(field) ?? { docCount: 0, tokenCount: 0 }
      total.docCount += local.docCount
      total.tokenCount += local.tokenCount
      this.#fields.set(field, total)
    }
    const key = `${field}\u0000${term}`
    if (!this.#seen.has(key)) {
      this.#seen.add(key)
      const terms = this.#terms.get(field) ?? new Map<string, number>()
      terms.set(term, (terms.get(term) ?? 0) + local.docFrequency)
      this.#terms.set(field, terms)
    }
    return local
  }

  result(): SearchStatistics {
    return {
      fields: Object.fromEntries(this.#fields),
      terms: Object.fromEntries([...this.#terms].map(([field, terms]) => [field, Object.fromEntries(terms)])),
    }
  }
}

export const noStatistics: SearchStatistics = { fields: {}, terms: {} }

/** What one worker with the readers of both would have counted. */
export function mergeStatistics(a: SearchStatistics, b: SearchStatistics): SearchStatistics {
  const fields = new Map(Object.entries(a.fields))
  for (const [field, facts] of Object.entries(b.fields)) {
    const known = fields.get(field) ?? { docCount: 0, tokenCount: 0 }
    fields.set(field, {
      docCount: known.docCount + facts.docCount,
      tokenCount: known.tokenCount + facts.tokenCount,
    })
  }
  const terms = new Map(
    Object.entries(a.terms).map(([field, list]) => [field, new Map(Object.entries(list))]),
  )
  for (const [field, list] of Object.entries(b.terms)) {
    const known = terms.get(field) ?? new Map<string, number>()
    for (const [term, count] of Object.entries(list)) known.set(term, (known.get(term) ?? 0) + count)
    terms.set(field, known)
  }
  return {
    fields: Object.fromEntries(fields),
    terms: Object.fromEntries([...terms].map(([field, list]) => [field, Object.fromEntries(list)])),
  }
}

/** A record's own entry: names and terms come from users, and may be those of Object.prototype. */
function own<T>(record: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined
}
