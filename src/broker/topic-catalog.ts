import type { CatalogTopic, TopicCatalog } from '../coordinator/group/topic-catalog.ts'
import type { Metadata } from '../metadata/metadata.ts'
import type { TopicEntry, TopicTable } from './topic-table.ts'

/** The broker's topics as the group coordinator sees them. */
export function topicCatalog(topics: TopicTable, metadata: Metadata): TopicCatalog {
  let version = 0
  metadata.subscribe(({ topicsCreated, topicsChanged, topicsDeleted }) => {
    if (topicsCreated.length + topicsChanged.length + topicsDeleted.length > 0) version++
  })
  return {
    get version() {
      return version
    },
    named: (name) => catalogTopic(topics.named(name)),
    withId: (topicId) => catalogTopic(topics.withId(topicId)),
    *names() {
      for (const { name } of topics.all) yield name
    },
  }
}

function catalogTopic(topic: TopicEntry | undefined): CatalogTopic | undefined {
  return topic && { name: topic.name, topicId: topic.topicId, partitions: topic.logs.length }
}
