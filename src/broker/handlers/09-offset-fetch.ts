/**
 * OffsetFetch 1-10. 2 fetches all topics of a group, 7 insists on offsets that no open transaction can move (KIP-447), 8 asks for many groups (KIP-709), 9 checks member epochs (KIP-848), 10 has topics by id: those that
 * no longer exist are left out of the offsets of all topics.
 */
import { errorCode } from '../../protocol/errors.ts'
import type { OffsetFetchRequest, OffsetFetchResponse } from '../../protocol/messages/09-offset-fetch.ts'
import { groupRequest } from '../group-request.ts'
import { defineHandler } from '../handler.ts'
import type { TopicTable } from '../topic-table.ts'

type Group = OffsetFetchRequest['groups'][number]
type Topic = NonNullable<Group['topics']>[number]
type GroupResult = OffsetFetchResponse['groups'][number]
type TopicResult = GroupResult['topics'][number]

export const offsetFetchHandler = defineHandler<'OffsetFetch'>({
  api: 'OffsetFetch',
  async handle(request, context) {
    const { groups, topics } = context.broker
    if (context.apiVersion < 10) return await groups.fetchOffsets(request, groupRequest(context))
    const named = request.groups.map((group) => ({ ...group, topics: known(topics, group.topics) }))
    const fetched = await groups.fetchOffsets({ ...request, groups: named }, groupRequest(context))
    return {
      ...fetched,
      groups: fetched.groups.map((result, index) => withIds(topics, request.groups[index], result)),
    }
  },
  failed: (code, _message, request, { apiVersion }) => ({
    throttleTimeMs: 0,
    // Version 1 has no error of the group, so its partitions carry it.
    topics: apiVersion < 2 ? (request.topics ?? []).map((topic) => failedTopic(topic, code)) : [],
    errorCode: code,
    groups: (request.groups ?? []).map(({ groupId }) => ({ groupId, topics: [], errorCode: code })),
  }),
})

/** The topics that exist, with their names. */
function known(table: TopicTable, topics: Group['topics']): Topic[] | null {
  if (topics === null) return null
  return topics.flatMap((topic) => {
    const entry = table.withId(topic.topicId)
    return entry === undefined ? [] : [{ ...topic, name: entry.name }]
  })
}

/** Puts what the coordinator could not be asked for back into the answer: ids of all topics, errors of unknown ones. */
function withIds(table: TopicTable, asked: Group | undefined, result: GroupResult): GroupResult {
  if (result.errorCode !== errorCode('NONE')) return result
  const topics = asked?.topics ?? null
  if (topics === null) {
    return {
      ...result,
      topics: result.topics.flatMap((topic) => {
        const entry = table.named(topic.name)
        return entry === undefined ? [] : [{ ...topic, topicId: entry.topicId }]
      }),
    }
  }
  const found = [...result.topics]
  const next = (topic: Topic): TopicResult => {
    const first = found[0]
    if (first === undefined || first.topicId !== topic.topicId) return failedTopicById(topic)
    found.shift()
    return first
  }
  return { ...result, topics: topics.map(next) }
}

function failedTopicById(topic: Topic): TopicResult {
  return { ...failedTopic(topic, errorCode('UNKNOWN_TOPIC_ID')), topicId: topic.topicId }
}

function failedTopic(
  { name, partitionIndexes }: Pick<Topic, 'name' | 'partitionIndexes'>,
  code: number,
): OffsetFetchResponse['topics'][number] {
  return {
    name,
    partitions: partitionIndexes.map((partitionIndex) => ({
      partitionIndex,
      committedOffset: -1,
      committedLeaderEpoch: -1,
      metadata: '',
      errorCode: code,
    })),
  }
}
