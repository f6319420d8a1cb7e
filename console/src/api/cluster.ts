import { queryOptions } from '@tanstack/react-query'
import { ApiError, getJson, sendJson } from './http.ts'

export interface Cluster {
  readonly clusterId: string
  readonly version: string
  readonly nodeId: number
  readonly brokers: readonly {
    readonly nodeId: number
    readonly endpoints: readonly { readonly listener: string; readonly host: string; readonly port: number }[]
  }[]
  readonly topicCount: number
  readonly partitionCount: number
  readonly groupCount: number
  readonly bytes: number
}

export interface TopicSummary {
  readonly name: string
  readonly topicId: string
  readonly internal: boolean
  readonly partitionCount: number
  readonly replicationFactor: number
  readonly bytes: number
  /** Offsets between the start and the high watermark of all partitions; of a compacted topic not all of them are still there. */
  readonly records: number
}

export interface PartitionDetail {
  readonly partition: number
  readonly leader: number
  readonly leaderEpoch: number
  readonly replicas: readonly number[]
  readonly isr: readonly number[]
  readonly logStartOffset: number
  readonly highWatermark: number
  readonly bytes: number
  readonly offline: string | null
}

export interface TopicDetail extends TopicSummary {
  readonly configs: Readonly<Record<string, string>>
  readonly partitions: readonly PartitionDetail[]
}

export interface TopicConfig {
  readonly name: string
  readonly value: string | null
  readonly default: string | null
  readonly set: boolean
  readonly documentation: string
}

export interface GroupSummary {
  readonly groupId: string
  readonly kind: string
  readonly state: string
  readonly protocolType: string
  readonly memberCount: number
  readonly lag: number
}

export interface GroupDetail extends GroupSummary {
  readonly protocol: string
  readonly generation: number
  readonly members: readonly {
    readonly memberId: string
    readonly groupInstanceId: string | null
    readonly clientId: string
    readonly clientHost: string
  }[]
  readonly offsets: readonly {
    readonly topic: string
    readonly partition: number
    readonly committedOffset: number
    readonly highWatermark: number | null
    readonly lag: number | null
    readonly metadata: string | null
  }[]
}

export interface HealthCheck {
  readonly check: string
  readonly ok: boolean
  readonly detail: string
}

/** How often pages that show the present ask again. */
const REFRESH_MS = 3000

export const clusterQuery = queryOptions({
  queryKey: ['cluster'],
  queryFn: ({ signal }) => getJson<Cluster>('/api/v1/cluster', signal),
  refetchInterval: REFRESH_MS,
})

/** More are not listed; the page says so. */
const LIST_LIMIT = 10_000

export function topicsQuery(internal: boolean) {
  return queryOptions({
    queryKey: ['topics', internal],
    queryFn: async ({ signal }) =>
      await getJson<{ readonly topics: readonly TopicSummary[]; readonly nextAfter: string | null }>(
        `/api/v1/topics?limit=${LIST_LIMIT}&internal=${internal}`,
        signal,
      ),
    refetchInterval: REFRESH_MS,
  })
}

export function topicQuery(name: string) {
  return queryOptions({
    queryKey: ['topic', name],
    queryFn: ({ signal }) => getJson<TopicDetail>(`/api/v1/topics/${encodeURIComponent(name)}`, signal),
    refetchInterval: REFRESH_MS,
  })
}

export function topicConfigsQuery(name: string) {
  return queryOptions({
    queryKey: ['topic', name, 'configs'],
    queryFn: ({ signal }) =>
      getJson<{ readonly configs: readonly TopicConfig[] }>(
        `/api/v1/topics/${encodeURIComponent(name)}/configs`,
        signal,
      ),
  })
}

export const groupsQuery = queryOptions({
  queryKey: ['groups'],
  queryFn: ({ signal }) =>
    getJson<{ readonly groups: readonly GroupSummary[]; readonly nextAfter: string | null }>(
      `/api/v1/groups?limit=${LIST_LIMIT}`,
      signal,
    ),
  refetchInterval: REFRESH_MS,
})

export function groupQuery(groupId: string) {
  return queryOptions({
    queryKey: ['group', groupId],
    queryFn: ({ signal }) => getJson<GroupDetail>(`/api/v1/groups/${encodeURIComponent(groupId)}`, signal),
    refetchInterval: REFRESH_MS,
  })
}

export const healthQuery = queryOptions({
  queryKey: ['health'],
  queryFn: async ({ signal }): Promise<readonly HealthCheck[]> => {
    try {
      return (await getJson<{ readonly checks: readonly HealthCheck[] }>('/readyz', signal)).checks
    } catch (error) {
      if (!(error instanceof ApiError) || error.code !== 'NOT_READY') throw error
      return [{ check: 'server', ok: false, detail: error.message }]
    }
  },
  refetchInterval: REFRESH_MS,
})

export interface CreateTopic {
  readonly name: string
  readonly partitions?: number
  readonly configs?: Readonly<Record<string, string>>
}

export function createTopic(topic: CreateTopic): Promise<unknown> {
  return sendJson('POST', '/api/v1/topics', topic)
}
