import type { AggregationSpec, ParentPipelineSpec, SiblingPipelineSpec } from './aggregation-spec.ts'

const parents: ReadonlySet<string> = new Set<ParentPipelineSpec['kind']>([
  'derivative',
  'cumulative_sum',
  'serial_diff',
  'moving_fn',
  'bucket_sort',
  'bucket_script',
  'bucket_selector',
])

const siblings: ReadonlySet<string> = new Set<SiblingPipelineSpec['kind']>([
  'avg_bucket',
  'sum_bucket',
  'min_bucket',
  'max_bucket',
  'stats_bucket',
])

/** Whether it stands below the aggregation whose buckets it changes. */
export function isParentPipeline(spec: AggregationSpec): spec is ParentPipelineSpec {
  return parents.has(spec.kind)
}

/** Whether it stands beside the aggregation whose buckets it reads. */
export function isSiblingPipeline(spec: AggregationSpec): spec is SiblingPipelineSpec {
  return siblings.has(spec.kind)
}
