import type { EngineResponse } from '../../../search/engine/engine-request.ts'
import { hitJson } from './hit-json.ts'

/** The answer to a search as JSON text; values and aggregations are JSON already, and are not parsed again. */
export function searchAnswerJson(response: EngineResponse, hints: readonly string[]): string {
  const { tookMs, total, maxScore, hits, aggregations, coverage } = response
  const head = JSON.stringify({ tookMs: Math.round(tookMs * 1000) / 1000, total, maxScore })
  const tail = JSON.stringify({ coverage, complete: coverage.every(({ complete }) => complete), hints })
  return `${head.slice(0, -1)},"hits":[${hits.map(hitJson).join()}],"aggregations":${aggregations ?? 'null'},${tail.slice(1)}`
}
