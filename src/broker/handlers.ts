import { apis } from '../protocol/apis.ts'
import type { ApiName } from '../protocol/api-keys.ts'
import type { answeredLater, Handler, RequestContext } from './handler.ts'
import { produceHandler } from './handlers/00-produce.ts'
import { fetchHandler } from './handlers/01-fetch.ts'
import { listOffsetsHandler } from './handlers/02-list-offsets.ts'
import { metadataHandler } from './handlers/03-metadata.ts'
import { offsetCommitHandler } from './handlers/08-offset-commit.ts'
import { offsetFetchHandler } from './handlers/09-offset-fetch.ts'
import { findCoordinatorHandler } from './handlers/10-find-coordinator.ts'
import { joinGroupHandler } from './handlers/11-join-group.ts'
import { heartbeatHandler } from './handlers/12-heartbeat.ts'
import { leaveGroupHandler } from './handlers/13-leave-group.ts'
import { syncGroupHandler } from './handlers/14-sync-group.ts'
import { describeGroupsHandler } from './handlers/15-describe-groups.ts'
import { listGroupsHandler } from './handlers/16-list-groups.ts'
import { apiVersionsHandler } from './handlers/18-api-versions.ts'
import { createTopicsHandler } from './handlers/19-create-topics.ts'
import { deleteTopicsHandler } from './handlers/20-delete-topics.ts'
import { deleteRecordsHandler } from './handlers/21-delete-records.ts'
import { initProducerIdHandler } from './handlers/22-init-producer-id.ts'
import { offsetForLeaderEpochHandler } from './handlers/23-offset-for-leader-epoch.ts'
import { addPartitionsToTxnHandler } from './handlers/24-add-partitions-to-txn.ts'
import { addOffsetsToTxnHandler } from './handlers/25-add-offsets-to-txn.ts'
import { endTxnHandler } from './handlers/26-end-txn.ts'
import { writeTxnMarkersHandler } from './handlers/27-write-txn-markers.ts'
import { txnOffsetCommitHandler } from './handlers/28-txn-offset-commit.ts'
import { describeConfigsHandler } from './handlers/32-describe-configs.ts'
import { alterConfigsHandler } from './handlers/33-alter-configs.ts'
import { describeLogDirsHandler } from './handlers/35-describe-log-dirs.ts'
import { createPartitionsHandler } from './handlers/37-create-partitions.ts'
import { deleteGroupsHandler } from './handlers/42-delete-groups.ts'
import { incrementalAlterConfigsHandler } from './handlers/44-incremental-alter-configs.ts'
import { offsetDeleteHandler } from './handlers/47-offset-delete.ts'
import { describeQuorumHandler } from './handlers/55-describe-quorum.ts'
import { updateFeaturesHandler } from './handlers/57-update-features.ts'
import { describeClusterHandler } from './handlers/60-describe-cluster.ts'
import { describeProducersHandler } from './handlers/61-describe-producers.ts'
import { describeTransactionsHandler } from './handlers/65-describe-transactions.ts'
import { listTransactionsHandler } from './handlers/66-list-transactions.ts'
import { consumerGroupHeartbeatHandler } from './handlers/68-consumer-group-heartbeat.ts'
import { consumerGroupDescribeHandler } from './handlers/69-consumer-group-describe.ts'
import { listConfigResourcesHandler } from './handlers/74-list-config-resources.ts'
import { describeTopicPartitionsHandler } from './handlers/75-describe-topic-partitions.ts'

/** A handler whose API is known only at run time; the codec made sure that the request fits. */
export interface AnyHandler {
  readonly api: ApiName
  readonly pipelined?: boolean
  handle(
    request: object,
    context: RequestContext,
  ): object | null | Promise<object | null | typeof answeredLater> | typeof answeredLater
  failed(code: number, message: string, request: object, context: RequestContext): object | null
}

function erase<N extends ApiName>(handler: Handler<N>): AnyHandler {
  return handler
}

const byKey: (AnyHandler | undefined)[] = []

for (const handler of [
  erase(produceHandler),
  erase(fetchHandler),
  erase(listOffsetsHandler),
  erase(metadataHandler),
  erase(offsetCommitHandler),
  erase(offsetFetchHandler),
  erase(findCoordinatorHandler),
  erase(joinGroupHandler),
  erase(heartbeatHandler),
  erase(leaveGroupHandler),
  erase(syncGroupHandler),
  erase(describeGroupsHandler),
  erase(listGroupsHandler),
  erase(apiVersionsHandler),
  erase(createTopicsHandler),
  erase(deleteTopicsHandler),
  erase(deleteRecordsHandler),
  erase(initProducerIdHandler),
  erase(offsetForLeaderEpochHandler),
  erase(addPartitionsToTxnHandler),
  erase(addOffsetsToTxnHandler),
  erase(endTxnHandler),
  erase(writeTxnMarkersHandler),
  erase(txnOffsetCommitHandler),
  erase(describeConfigsHandler),
  erase(alterConfigsHandler),
  erase(describeLogDirsHandler),
  erase(createPartitionsHandler),
  erase(deleteGroupsHandler),
  erase(incrementalAlterConfigsHandler),
  erase(offsetDeleteHandler),
  erase(describeQuorumHandler),
  erase(updateFeaturesHandler),
  erase(describeClusterHandler),
  erase(describeProducersHandler),
  erase(describeTransactionsHandler),
  erase(listTransactionsHandler),
  erase(consumerGroupHeartbeatHandler),
  erase(consumerGroupDescribeHandler),
  erase(listConfigResourcesHandler),
  erase(describeTopicPartitionsHandler),
]) {
  byKey[apis[handler.api].key] = handler
}

/** The handler of an API, or undefined when it is not implemented (and so not advertised). */
export function handlerFor(apiKey: number): AnyHandler | undefined {
  return byKey[apiKey]
}
