import type { Broker } from '../../../broker/broker.ts'
import { didYouMean } from '../../../util/suggest.ts'
import type { GroupCoordinator } from '../../../coordinator/group-coordinator.ts'
import type { GroupSnapshot } from '../../../coordinator/group/group-snapshot.ts'
import { errorNameOf, KafkaError } from '../../../protocol/errors.ts'
import type { App } from '../app-types.ts'
import type { HttpDeps } from '../http-deps.ts'
import { pageOf } from '../page.ts'
import { answers } from '../schemas/answers.ts'
import { groupDetail, groupList, groupParams, listGroupsQuery } from '../schemas/group-schemas.ts'

const tags = ['groups']

export function groupRoutes(app: App, { broker }: HttpDeps): void {
  const { groups } = broker

  app.get(
    '/api/v1/groups',
    {
      schema: {
        summary: 'List consumer groups',
        tags,
        querystring: listGroupsQuery,
        response: answers(200, 'By id.', groupList),
      },
    },
    async ({ query: { after, limit = 1000 } }) => {
      const { items, nextAfter } = pageOf(await allGroups(groups), ({ groupId }) => groupId, after, limit)
      await broker.lagTimes.refresh(items, 'some')
      return { groups: items.map((group) => summary(group, offsetsOf(group, broker))), nextAfter }
    },
  )

  app.get(
    '/api/v1/groups/:id',
    {
      schema: {
        summary: 'Describe a consumer group',
        tags,
        params: groupParams,
        response: answers(200, 'The group.', groupDetail),
      },
    },
    async ({ params: { id } }) => {
      const all = await allGroups(groups)
      const group = all.find(({ groupId }) => groupId === id)
      if (group === undefined) {
        const hint = didYouMean(
          id,
          all.map(({ groupId }) => groupId),
        )
        throw new KafkaError('GROUP_ID_NOT_FOUND', `there is no group "${id}"${hint}`)
      }
      await broker.lagTimes.refresh([group], 'some')
      const offsets = offsetsOf(group, broker)
      const { protocol, generation, members } = group
      return { ...summary(group, offsets), protocol, generation, members, offsets }
    },
  )
}

/** @throws KafkaError COORDINATOR_LOAD_IN_PROGRESS: a group that is not in memory yet must not look as if it did not exist. */
async function allGroups(groups: GroupCoordinator): Promise<GroupSnapshot[]> {
  const { errorCode } = await groups.listGroups({ statesFilter: [], typesFilter: [] })
  if (errorCode !== 0)
    throw new KafkaError(errorNameOf(errorCode), 'the groups are still being loaded; try again in a moment')
  return [...groups.snapshots()]
}

interface GroupOffset {
  readonly topic: string
  readonly partition: number
  readonly committedOffset: number
  readonly highWatermark: number | null
  readonly lag: number | null
  /** Age of the first record that is not committed. */
  readonly lagSeconds: number | null
  readonly metadata: string | null
}

function offsetsOf(group: GroupSnapshot, { topics, lagTimes }: Broker): GroupOffset[] {
  return group.offsets
    .map(({ topic, partition, offset, metadata }) => {
      const highWatermark = topics.named(topic)?.logs[partition]?.highWatermark ?? null
      const lag = highWatermark === null ? null : Math.max(highWatermark - offset, 0)
      const lagSeconds = lagTimes.lagSeconds(group.groupId, topic, partition, offset)
      return { topic, partition, committedOffset: offset, highWatermark, lag, lagSeconds, metadata }
    })
    .sort((a, b) => (a.topic === b.topic ? a.partition - b.partition : a.topic < b.topic ? -1 : 1))
}

function summary(
  { groupId, kind, state, protocolType, members }: GroupSnapshot,
  offsets: readonly GroupOffset[],
) {
  const lag = offsets.reduce((sum, offset) => sum + (offset.lag ?? 0), 0)
  const seconds = offsets.flatMap(({ lagSeconds }) => (lagSeconds === null ? [] : [lagSeconds]))
  const lagSeconds = seconds.length === 0 ? null : Math.max(...seconds)
  return { groupId, kind, state, protocolType, memberCount: members.length, lag, lagSeconds }
}
