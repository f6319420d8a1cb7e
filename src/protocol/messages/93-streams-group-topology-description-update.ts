/** StreamsGroupTopologyDescriptionUpdate 0 (KIP-1331). */
import type { Fields, MessageOf, MessageTable } from '../schema.ts'

const topologyDescriptionNodeFields = {
  name: { type: 'string' },
  nodeType: { type: 'int8' },
  sourceTopics: { type: '[]string' },
  sinkTopic: { type: 'string', nullable: true, default: null },
  stores: { type: '[]string' },
  successors: { type: '[]string' },
} as const satisfies Fields

export const streamsGroupTopologyDescriptionUpdateRequest = {
  name: 'StreamsGroupTopologyDescriptionUpdateRequest',
  versions: [0, 0],
  flexibleFrom: 0,
  fields: {
    groupId: { type: 'string' },
    memberId: { type: 'string' },
    topologyEpoch: { type: 'int32' },
    topologyDescription: {
      type: 'struct',
      fields: {
        subtopologies: {
          type: '[]struct',
          fields: {
            subtopologyId: { type: 'string' },
            nodes: { type: '[]struct', fields: topologyDescriptionNodeFields },
          },
        },
        globalStores: {
          type: '[]struct',
          fields: {
            source: { type: 'struct', fields: topologyDescriptionNodeFields },
            processor: { type: 'struct', fields: topologyDescriptionNodeFields },
          },
        },
      },
    },
  },
} as const satisfies MessageTable

export type StreamsGroupTopologyDescriptionUpdateRequest = MessageOf<
  typeof streamsGroupTopologyDescriptionUpdateRequest
>

export const streamsGroupTopologyDescriptionUpdateResponse = {
  name: 'StreamsGroupTopologyDescriptionUpdateResponse',
  versions: [0, 0],
  flexibleFrom: 0,
  fields: {
    throttleTimeMs: { type: 'int32', default: 0 },
    errorCode: { type: 'int16' },
    errorMessage: { type: 'string', nullable: true, default: null },
  },
} as const satisfies MessageTable

export type StreamsGroupTopologyDescriptionUpdateResponse = MessageOf<
  typeof streamsGroupTopologyDescriptionUpdateResponse
>
