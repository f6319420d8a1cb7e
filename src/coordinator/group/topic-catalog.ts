/** A topic as consumer groups see it. */
export interface CatalogTopic {
  readonly name: string
  readonly topicId: string
  readonly partitions: number
}

/** The topics that exist, which the broker keeps up to date. */
export interface TopicCatalog {
  /** Changes whenever a topic comes, goes or grows. */
  readonly version: number
  named(name: string): CatalogTopic | undefined
  withId(topicId: string): CatalogTopic | undefined
  names(): Iterable<string>
}

/** For coordinators that serve no consumer groups. */
export const NO_TOPICS: TopicCatalog = {
  version: 0,
  named: () => undefined,
  withId: () => undefined,
  names: () => [],
}
