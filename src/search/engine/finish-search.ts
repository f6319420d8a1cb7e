import { finish } from '../aggregation/finish.ts'
import { mergePartials as mergeAggregations } from '../aggregation/merge-partials.ts'
import { mergePartials } from '../execution/merge-partials.ts'
import { hitId } from '../query/hit-id.ts'
import { filteredSource, sourceFilterOf } from '../source-filter.ts'
import type { SearchPartial, SearchRequest } from '../search-request.ts'
import type { AggregatedHit, StoredDocument } from './messages.ts'

/** What one worker with the data of all would have found. */
export function mergeAnswers(request: SearchRequest, partials: readonly SearchPartial[]): SearchPartial {
  const [only] = partials
  if (partials.length === 1 && only !== undefined) return only
  return mergePartials(request, partials, (a, b) => mergeAggregations(request.aggregations, a, b))
}

/** The JSON text of the aggregations as Elasticsearch writes them, or null when none were asked for. `hits` are those of top_hits. */
export function aggregationsJson(
  { aggregations }: SearchRequest,
  partial: SearchPartial,
  hits: readonly AggregatedHit[],
  options: { readonly bucketsMax: number; readonly typedKeys: boolean },
): string | null {
  if (Object.keys(aggregations).length === 0) return null
  const records = new Map(hits.map(({ document, ...address }) => [hitId(address), document]))
  const finished = finish(aggregations, partial.aggregations, {
    ...options,
    hit: (hit, { source, sort }) => ({
      _index: hit.topic,
      _id: hitId(hit),
      _score: hit.score,
      ...shownSource(records.get(hitId(hit)) ?? null, source),
      ...(sort.length === 0 ? {} : { sort: hit.sort }),
    }),
  })
  return JSON.stringify(finished)
}

/** `_source`, as much of it as the aggregation asks for. */
function shownSource(document: StoredDocument | null, source: unknown): { readonly _source?: unknown } {
  const filter = sourceFilterOf(source)
  if (!filter.shown) return {}
  const whole = sourceOf(document)
  return {
    _source: whole === null ? null : (JSON.parse(filteredSource(JSON.stringify(whole), filter)) as unknown),
  }
}

/** The record's value as Elasticsearch's clients expect a document: text that is no JSON object stands in a field of its own. */
function sourceOf(document: StoredDocument | null): unknown {
  if (document?.value == null) return null
  const text = Buffer.from(document.value).toString()
  const value: unknown = document.valueIsJson ? JSON.parse(text) : text
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : { _value: value }
}
