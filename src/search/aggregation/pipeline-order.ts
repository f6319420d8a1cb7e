import type { AggregationSpec, AggregationSpecs } from './aggregation-spec.ts'
import { isParentPipeline, isSiblingPipeline } from './pipeline-kinds.ts'

/** Aggregations of a level such that each comes behind those that its paths name. Those in a circle come last, as they are. */
export function inDependencyOrder(specs: AggregationSpecs): readonly (readonly [string, AggregationSpec])[] {
  const waiting = new Map(Object.entries(specs))
  const ordered: (readonly [string, AggregationSpec])[] = []
  while (waiting.size > 0) {
    const ready = [...waiting].find(
      ([name, spec]) => !pathsOf(spec).some((path) => path !== name && waiting.has(path)),
    )
    const [name, spec] = ready ?? [...waiting][0]!
    waiting.delete(name)
    ordered.push([name, spec])
  }
  return ordered
}

/** The aggregations of the same level that a pipeline reads. */
function pathsOf(spec: AggregationSpec): readonly string[] {
  const first = (path: string): string => /^[^.[\]>]+/.exec(path.trim())?.[0]?.trim() ?? path
  if (isSiblingPipeline(spec)) return [first(spec.path)]
  if (!isParentPipeline(spec)) return []
  switch (spec.kind) {
    case 'derivative':
    case 'cumulative_sum':
    case 'serial_diff':
    case 'moving_fn':
      return [first(spec.path)]
    case 'bucket_script':
    case 'bucket_selector':
      return Object.values(spec.paths).map(first)
    case 'bucket_sort':
      return spec.sort.map(({ path }) => first(path))
  }
}
