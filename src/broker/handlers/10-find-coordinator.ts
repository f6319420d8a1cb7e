/**
 * FindCoordinator 0-6. 1 has key types and messages, 4 asks for many keys (KIP-699), 6 for share coordinators (KIP-932). The first
 * request for a group creates `__consumer_offsets` and waits for it, where Kafka answers COORDINATOR_NOT_AVAILABLE meanwhile.
 *
 * The same goes for transactions (key type 1) and `__transaction_state`. Share groups (key type 2) are off: INVALID_REQUEST, as Kafka
 * answers for a kind of coordinator that is switched off.
 */
import { errorCode } from '../../protocol/errors.ts'
import type { FindCoordinatorResponse } from '../../protocol/messages/10-find-coordinator.ts'
import { apiErrorOf, NO_ERROR, type ApiError } from '../api-error.ts'
import type { Broker } from '../broker.ts'
import { clusterNodes, type ClusterNode } from '../cluster-nodes.ts'
import { defineHandler, type RequestContext } from '../handler.ts'
import { OFFSETS_TOPIC, TRANSACTIONS_TOPIC } from '../topic-admin.ts'

type Coordinator = FindCoordinatorResponse['coordinators'][number]

const GROUP = 0
const TRANSACTION = 1

export const findCoordinatorHandler = defineHandler<'FindCoordinator'>({
  api: 'FindCoordinator',
  async handle(request, context) {
    const { keyType } = request
    const keys = context.apiVersion >= 4 ? request.coordinatorKeys : [request.key]
    const failure = await prepare(keyType, context.broker)
    const nodes = failure === null ? clusterNodes(context.broker, context) : []
    return response(
      keys.map((key) => (failure === null ? locate(context, nodes, keyType, key) : nowhere(key, failure))),
      context.apiVersion,
    )
  },
  failed: (code, message, request, { apiVersion }) => {
    const keys = apiVersion >= 4 ? request.coordinatorKeys : [request.key]
    return response(
      keys.map((key) => nowhere(key, { code, message })),
      apiVersion,
    )
  },
})

async function prepare(keyType: number, { topicAdmin }: Broker): Promise<ApiError | null> {
  if (keyType !== GROUP && keyType !== TRANSACTION) {
    return {
      code: errorCode('INVALID_REQUEST'),
      message: `This broker has no coordinators of key type ${keyType}, only those of groups (0) and transactions (1).`,
    }
  }
  try {
    await (keyType === GROUP ? topicAdmin.ensureOffsetsTopic() : topicAdmin.ensureTransactionsTopic())
    return null
  } catch (error) {
    const { message } = apiErrorOf(error)
    return { code: errorCode('COORDINATOR_NOT_AVAILABLE'), message: `${topicOf(keyType)}: ${message}` }
  }
}

function topicOf(keyType: number): string {
  return keyType === GROUP ? OFFSETS_TOPIC : TRANSACTIONS_TOPIC
}

function locate(
  { broker }: RequestContext,
  nodes: readonly ClusterNode[],
  keyType: number,
  key: string,
): Coordinator {
  const topic = topicOf(keyType)
  const { groups, transactions } = broker
  const partition = keyType === GROUP ? groups.partitionFor(key) : transactions.partitionFor(key)
  const leader = broker.metadata.image.topicsByName.get(topic)?.partitions[partition]?.leader
  const node = nodes.find(({ nodeId }) => nodeId === leader)
  if (node === undefined) {
    const message = `${topic}-${partition} has no leader at the moment`
    return nowhere(key, { code: errorCode('COORDINATOR_NOT_AVAILABLE'), message })
  }
  const { nodeId, host, port } = node
  return { key, nodeId, host, port, errorCode: NO_ERROR.code, errorMessage: '' }
}

function nowhere(key: string, { code, message }: ApiError): Coordinator {
  return { key, nodeId: -1, host: '', port: -1, errorCode: code, errorMessage: message }
}

function response(coordinators: readonly Coordinator[], apiVersion: number): FindCoordinatorResponse {
  const single = apiVersion < 4 ? coordinators[0] : undefined
  return {
    throttleTimeMs: 0,
    errorCode: single?.errorCode ?? 0,
    errorMessage: single?.errorMessage ?? '',
    nodeId: single?.nodeId ?? 0,
    host: single?.host ?? '',
    port: single?.port ?? 0,
    coordinators: single === undefined ? coordinators : [],
  }
}
