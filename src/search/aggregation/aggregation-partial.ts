/** What one shard knows of each aggregation, by name; plain data. Partials merge to what one shard with all the data would have. */
export type AggregationPartials = Readonly<Record<string, AggregationPartial>>

export interface AggregationPartial {
  readonly kind: string
}
