/** Aggregations by the names that the user gave them. */
export type AggregationSpecs = Readonly<Record<string, AggregationSpec>>

export interface AggregationSpec {
  readonly kind: string
  readonly aggregations: AggregationSpecs
}
