/**
 * Every API of the broker's listener: its key and the tables of its request and response. What is in here can be
 * encoded and decoded; what a broker advertises is decided where its handlers are.
 */
import { produceRequest, produceResponse } from './messages/00-produce.ts'
import { fetchRequest, fetchResponse } from './messages/01-fetch.ts'
import { listOffsetsRequest, listOffsetsResponse } from './messages/02-list-offsets.ts'
import { metadataRequest, metadataResponse } from './messages/03-metadata.ts'
import { offsetCommitRequest, offsetCommitResponse } from './messages/08-offset-commit.ts'
import { offsetFetchRequest, offsetFetchResponse } from './messages/09-offset-fetch.ts'
import { findCoordinatorRequest, findCoordinatorResponse } from './messages/10-find-coordinator.ts'
import { joinGroupRequest, joinGroupResponse } from './messages/11-join-group.ts'
import { heartbeatRequest, heartbeatResponse } from './messages/12-heartbeat.ts'
import { leaveGroupRequest, leaveGroupResponse } from './messages/13-leave-group.ts'
import { syncGroupRequest, syncGroupResponse } from './messages/14-sync-group.ts'
import { describeGroupsRequest, describeGroupsResponse } from './messages/15-describe-groups.ts'
import { listGroupsRequest, listGroupsResponse } from './messages/16-list-groups.ts'
import { saslHandshakeRequest, saslHandshakeResponse } from './messages/17-sasl-handshake.ts'
import { apiVersionsRequest, apiVersionsResponse } from './messages/18-api-versions.ts'
import { createTopicsRequest, createTopicsResponse } from './messages/19-create-topics.ts'
import { deleteTopicsRequest, deleteTopicsResponse } from './messages/20-delete-topics.ts'
import { deleteRecordsRequest, deleteRecordsResponse } from './messages/21-delete-records.ts'
import { initProducerIdRequest, initProducerIdResponse } from './messages/22-init-producer-id.ts'
import {
  offsetForLeaderEpochRequest,
  offsetForLeaderEpochResponse,
} from './messages/23-offset-for-leader-epoch.ts'
import { addPartitionsToTxnRequest, addPartitionsToTxnResponse } from './messages/24-add-partitions-to-txn.ts'
import { addOffsetsToTxnRequest, addOffsetsToTxnResponse } from './messages/25-add-offsets-to-txn.ts'
import { endTxnRequest, endTxnResponse } from './messages/26-end-txn.ts'
import { writeTxnMarkersRequest, writeTxnMarkersResponse } from './messages/27-write-txn-markers.ts'
import { txnOffsetCommitRequest, txnOffsetCommitResponse } from './messages/28-txn-offset-commit.ts'
import { describeAclsRequest, describeAclsResponse } from './messages/29-describe-acls.ts'
import { createAclsRequest, createAclsResponse } from './messages/30-create-acls.ts'
import { deleteAclsRequest, deleteAclsResponse } from './messages/31-delete-acls.ts'
import { describeConfigsRequest, describeConfigsResponse } from './messages/32-describe-configs.ts'
import { alterConfigsRequest, alterConfigsResponse } from './messages/33-alter-configs.ts'
import {
  alterReplicaLogDirsRequest,
  alterReplicaLogDirsResponse,
} from './messages/34-alter-replica-log-dirs.ts'
import { describeLogDirsRequest, describeLogDirsResponse } from './messages/35-describe-log-dirs.ts'
import { saslAuthenticateRequest, saslAuthenticateResponse } from './messages/36-sasl-authenticate.ts'
import { createPartitionsRequest, createPartitionsResponse } from './messages/37-create-partitions.ts'
import {
  createDelegationTokenRequest,
  createDelegationTokenResponse,
} from './messages/38-create-delegation-token.ts'
import {
  renewDelegationTokenRequest,
  renewDelegationTokenResponse,
} from './messages/39-renew-delegation-token.ts'
import {
  expireDelegationTokenRequest,
  expireDelegationTokenResponse,
} from './messages/40-expire-delegation-token.ts'
import {
  describeDelegationTokenRequest,
  describeDelegationTokenResponse,
} from './messages/41-describe-delegation-token.ts'
import { deleteGroupsRequest, deleteGroupsResponse } from './messages/42-delete-groups.ts'
import { electLeadersRequest, electLeadersResponse } from './messages/43-elect-leaders.ts'
import {
  incrementalAlterConfigsRequest,
  incrementalAlterConfigsResponse,
} from './messages/44-incremental-alter-configs.ts'
import {
  alterPartitionReassignmentsRequest,
  alterPartitionReassignmentsResponse,
} from './messages/45-alter-partition-reassignments.ts'
import {
  listPartitionReassignmentsRequest,
  listPartitionReassignmentsResponse,
} from './messages/46-list-partition-reassignments.ts'
import { offsetDeleteRequest, offsetDeleteResponse } from './messages/47-offset-delete.ts'
import {
  describeClientQuotasRequest,
  describeClientQuotasResponse,
} from './messages/48-describe-client-quotas.ts'
import { alterClientQuotasRequest, alterClientQuotasResponse } from './messages/49-alter-client-quotas.ts'
import {
  describeUserScramCredentialsRequest,
  describeUserScramCredentialsResponse,
} from './messages/50-describe-user-scram-credentials.ts'
import {
  alterUserScramCredentialsRequest,
  alterUserScramCredentialsResponse,
} from './messages/51-alter-user-scram-credentials.ts'
import { describeQuorumRequest, describeQuorumResponse } from './messages/55-describe-quorum.ts'
import { updateFeaturesRequest, updateFeaturesResponse } from './messages/57-update-features.ts'
import { describeClusterRequest, describeClusterResponse } from './messages/60-describe-cluster.ts'
import { describeProducersRequest, describeProducersResponse } from './messages/61-describe-producers.ts'
import { unregisterBrokerRequest, unregisterBrokerResponse } from './messages/64-unregister-broker.ts'
import {
  describeTransactionsRequest,
  describeTransactionsResponse,
} from './messages/65-describe-transactions.ts'
import { listTransactionsRequest, listTransactionsResponse } from './messages/66-list-transactions.ts'
import {
  consumerGroupHeartbeatRequest,
  consumerGroupHeartbeatResponse,
} from './messages/68-consumer-group-heartbeat.ts'
import {
  consumerGroupDescribeRequest,
  consumerGroupDescribeResponse,
} from './messages/69-consumer-group-describe.ts'
import {
  getTelemetrySubscriptionsRequest,
  getTelemetrySubscriptionsResponse,
} from './messages/71-get-telemetry-subscriptions.ts'
import { pushTelemetryRequest, pushTelemetryResponse } from './messages/72-push-telemetry.ts'
import {
  listConfigResourcesRequest,
  listConfigResourcesResponse,
} from './messages/74-list-config-resources.ts'
import {
  describeTopicPartitionsRequest,
  describeTopicPartitionsResponse,
} from './messages/75-describe-topic-partitions.ts'
import {
  shareGroupHeartbeatRequest,
  shareGroupHeartbeatResponse,
} from './messages/76-share-group-heartbeat.ts'
import { shareGroupDescribeRequest, shareGroupDescribeResponse } from './messages/77-share-group-describe.ts'
import { shareFetchRequest, shareFetchResponse } from './messages/78-share-fetch.ts'
import { shareAcknowledgeRequest, shareAcknowledgeResponse } from './messages/79-share-acknowledge.ts'
import { addRaftVoterRequest, addRaftVoterResponse } from './messages/80-add-raft-voter.ts'
import { removeRaftVoterRequest, removeRaftVoterResponse } from './messages/81-remove-raft-voter.ts'
import {
  initializeShareGroupStateRequest,
  initializeShareGroupStateResponse,
} from './messages/83-initialize-share-group-state.ts'
import {
  readShareGroupStateRequest,
  readShareGroupStateResponse,
} from './messages/84-read-share-group-state.ts'
import {
  writeShareGroupStateRequest,
  writeShareGroupStateResponse,
} from './messages/85-write-share-group-state.ts'
import {
  deleteShareGroupStateRequest,
  deleteShareGroupStateResponse,
} from './messages/86-delete-share-group-state.ts'
import {
  readShareGroupStateSummaryRequest,
  readShareGroupStateSummaryResponse,
} from './messages/87-read-share-group-state-summary.ts'
import {
  streamsGroupHeartbeatRequest,
  streamsGroupHeartbeatResponse,
} from './messages/88-streams-group-heartbeat.ts'
import {
  streamsGroupDescribeRequest,
  streamsGroupDescribeResponse,
} from './messages/89-streams-group-describe.ts'
import {
  describeShareGroupOffsetsRequest,
  describeShareGroupOffsetsResponse,
} from './messages/90-describe-share-group-offsets.ts'
import {
  alterShareGroupOffsetsRequest,
  alterShareGroupOffsetsResponse,
} from './messages/91-alter-share-group-offsets.ts'
import {
  deleteShareGroupOffsetsRequest,
  deleteShareGroupOffsetsResponse,
} from './messages/92-delete-share-group-offsets.ts'
import {
  streamsGroupTopologyDescriptionUpdateRequest,
  streamsGroupTopologyDescriptionUpdateResponse,
} from './messages/93-streams-group-topology-description-update.ts'
import {
  unregisterControllerRequest,
  unregisterControllerResponse,
} from './messages/94-unregister-controller.ts'

export const apis = {
  Produce: { key: 0, request: produceRequest, response: produceResponse },
  Fetch: { key: 1, request: fetchRequest, response: fetchResponse },
  ListOffsets: { key: 2, request: listOffsetsRequest, response: listOffsetsResponse },
  Metadata: { key: 3, request: metadataRequest, response: metadataResponse },
  OffsetCommit: { key: 8, request: offsetCommitRequest, response: offsetCommitResponse },
  OffsetFetch: { key: 9, request: offsetFetchRequest, response: offsetFetchResponse },
  FindCoordinator: { key: 10, request: findCoordinatorRequest, response: findCoordinatorResponse },
  JoinGroup: { key: 11, request: joinGroupRequest, response: joinGroupResponse },
  Heartbeat: { key: 12, request: heartbeatRequest, response: heartbeatResponse },
  LeaveGroup: { key: 13, request: leaveGroupRequest, response: leaveGroupResponse },
  SyncGroup: { key: 14, request: syncGroupRequest, response: syncGroupResponse },
  DescribeGroups: { key: 15, request: describeGroupsRequest, response: describeGroupsResponse },
  ListGroups: { key: 16, request: listGroupsRequest, response: listGroupsResponse },
  SaslHandshake: { key: 17, request: saslHandshakeRequest, response: saslHandshakeResponse },
  ApiVersions: { key: 18, request: apiVersionsRequest, response: apiVersionsResponse },
  CreateTopics: { key: 19, request: createTopicsRequest, response: createTopicsResponse },
  DeleteTopics: { key: 20, request: deleteTopicsRequest, response: deleteTopicsResponse },
  DeleteRecords: { key: 21, request: deleteRecordsRequest, response: deleteRecordsResponse },
  InitProducerId: { key: 22, request: initProducerIdRequest, response: initProducerIdResponse },
  OffsetForLeaderEpoch: {
    key: 23,
    request: offsetForLeaderEpochRequest,
    response: offsetForLeaderEpochResponse,
  },
  AddPartitionsToTxn: { key: 24, request: addPartitionsToTxnRequest, response: addPartitionsToTxnResponse },
  AddOffsetsToTxn: { key: 25, request: addOffsetsToTxnRequest, response: addOffsetsToTxnResponse },
  EndTxn: { key: 26, request: endTxnRequest, response: endTxnResponse },
  WriteTxnMarkers: { key: 27, request: writeTxnMarkersRequest, response: writeTxnMarkersResponse },
  TxnOffsetCommit: { key: 28, request: txnOffsetCommitRequest, response: txnOffsetCommitResponse },
  DescribeAcls: { key: 29, request: describeAclsRequest, response: describeAclsResponse },
  CreateAcls: { key: 30, request: createAclsRequest, response: createAclsResponse },
  DeleteAcls: { key: 31, request: deleteAclsRequest, response: deleteAclsResponse },
  DescribeConfigs: { key: 32, request: describeConfigsRequest, response: describeConfigsResponse },
  AlterConfigs: { key: 33, request: alterConfigsRequest, response: alterConfigsResponse },
  AlterReplicaLogDirs: {
    key: 34,
    request: alterReplicaLogDirsRequest,
    response: alterReplicaLogDirsResponse,
  },
  DescribeLogDirs: { key: 35, request: describeLogDirsRequest, response: describeLogDirsResponse },
  SaslAuthenticate: { key: 36, request: saslAuthenticateRequest, response: saslAuthenticateResponse },
  CreatePartitions: { key: 37, request: createPartitionsRequest, response: createPartitionsResponse },
  CreateDelegationToken: {
    key: 38,
    request: createDelegationTokenRequest,
    response: createDelegationTokenResponse,
  },
  RenewDelegationToken: {
    key: 39,
    request: renewDelegationTokenRequest,
    response: renewDelegationTokenResponse,
  },
  ExpireDelegationToken: {
    key: 40,
    request: expireDelegationTokenRequest,
    response: expireDelegationTokenResponse,
  },
  DescribeDelegationToken: {
    key: 41,
    request: describeDelegationTokenRequest,
    response: describeDelegationTokenResponse,
  },
  DeleteGroups: { key: 42, request: deleteGroupsRequest, response: deleteGroupsResponse },
  ElectLeaders: { key: 43, request: electLeadersRequest, response: electLeadersResponse },
  IncrementalAlterConfigs: {
    key: 44,
    request: incrementalAlterConfigsRequest,
    response: incrementalAlterConfigsResponse,
  },
  AlterPartitionReassignments: {
    key: 45,
    request: alterPartitionReassignmentsRequest,
    response: alterPartitionReassignmentsResponse,
  },
  ListPartitionReassignments: {
    key: 46,
    request: listPartitionReassignmentsRequest,
    response: listPartitionReassignmentsResponse,
  },
  OffsetDelete: { key: 47, request: offsetDeleteRequest, response: offsetDeleteResponse },
  DescribeClientQuotas: {
    key: 48,
    request: describeClientQuotasRequest,
    response: describeClientQuotasResponse,
  },
  AlterClientQuotas: { key: 49, request: alterClientQuotasRequest, response: alterClientQuotasResponse },
  DescribeUserScramCredentials: {
    key: 50,
    request: describeUserScramCredentialsRequest,
    response: describeUserScramCredentialsResponse,
  },
  AlterUserScramCredentials: {
    key: 51,
    request: alterUserScramCredentialsRequest,
    response: alterUserScramCredentialsResponse,
  },
  DescribeQuorum: { key: 55, request: describeQuorumRequest, response: describeQuorumResponse },
  UpdateFeatures: { key: 57, request: updateFeaturesRequest, response: updateFeaturesResponse },
  DescribeCluster: { key: 60, request: describeClusterRequest, response: describeClusterResponse },
  DescribeProducers: { key: 61, request: describeProducersRequest, response: describeProducersResponse },
  UnregisterBroker: { key: 64, request: unregisterBrokerRequest, response: unregisterBrokerResponse },
  DescribeTransactions: {
    key: 65,
    request: describeTransactionsRequest,
    response: describeTransactionsResponse,
  },
  ListTransactions: { key: 66, request: listTransactionsRequest, response: listTransactionsResponse },
  ConsumerGroupHeartbeat: {
    key: 68,
    request: consumerGroupHeartbeatRequest,
    response: consumerGroupHeartbeatResponse,
  },
  ConsumerGroupDescribe: {
    key: 69,
    request: consumerGroupDescribeRequest,
    response: consumerGroupDescribeResponse,
  },
  GetTelemetrySubscriptions: {
    key: 71,
    request: getTelemetrySubscriptionsRequest,
    response: getTelemetrySubscriptionsResponse,
  },
  PushTelemetry: { key: 72, request: pushTelemetryRequest, response: pushTelemetryResponse },
  ListConfigResources: {
    key: 74,
    request: listConfigResourcesRequest,
    response: listConfigResourcesResponse,
  },
  DescribeTopicPartitions: {
    key: 75,
    request: describeTopicPartitionsRequest,
    response: describeTopicPartitionsResponse,
  },
  ShareGroupHeartbeat: {
    key: 76,
    request: shareGroupHeartbeatRequest,
    response: shareGroupHeartbeatResponse,
  },
  ShareGroupDescribe: { key: 77, request: shareGroupDescribeRequest, response: shareGroupDescribeResponse },
  ShareFetch: { key: 78, request: shareFetchRequest, response: shareFetchResponse },
  ShareAcknowledge: { key: 79, request: shareAcknowledgeRequest, response: shareAcknowledgeResponse },
  AddRaftVoter: { key: 80, request: addRaftVoterRequest, response: addRaftVoterResponse },
  RemoveRaftVoter: { key: 81, request: removeRaftVoterRequest, response: removeRaftVoterResponse },
  InitializeShareGroupState: {
    key: 83,
    request: initializeShareGroupStateRequest,
    response: initializeShareGroupStateResponse,
  },
  ReadShareGroupState: {
    key: 84,
    request: readShareGroupStateRequest,
    response: readShareGroupStateResponse,
  },
  WriteShareGroupState: {
    key: 85,
    request: writeShareGroupStateRequest,
    response: writeShareGroupStateResponse,
  },
  DeleteShareGroupState: {
    key: 86,
    request: deleteShareGroupStateRequest,
    response: deleteShareGroupStateResponse,
  },
  ReadShareGroupStateSummary: {
    key: 87,
    request: readShareGroupStateSummaryRequest,
    response: readShareGroupStateSummaryResponse,
  },
  StreamsGroupHeartbeat: {
    key: 88,
    request: streamsGroupHeartbeatRequest,
    response: streamsGroupHeartbeatResponse,
  },
  StreamsGroupDescribe: {
    key: 89,
    request: streamsGroupDescribeRequest,
    response: streamsGroupDescribeResponse,
  },
  DescribeShareGroupOffsets: {
    key: 90,
    request: describeShareGroupOffsetsRequest,
    response: describeShareGroupOffsetsResponse,
  },
  AlterShareGroupOffsets: {
    key: 91,
    request: alterShareGroupOffsetsRequest,
    response: alterShareGroupOffsetsResponse,
  },
  DeleteShareGroupOffsets: {
    key: 92,
    request: deleteShareGroupOffsetsRequest,
    response: deleteShareGroupOffsetsResponse,
  },
  StreamsGroupTopologyDescriptionUpdate: {
    key: 93,
    request: streamsGroupTopologyDescriptionUpdateRequest,
    response: streamsGroupTopologyDescriptionUpdateResponse,
  },
  UnregisterController: {
    key: 94,
    request: unregisterControllerRequest,
    response: unregisterControllerResponse,
  },
} as const
