/**
 * FindCoordinator 0-6. 1 has key types and messages, 4 asks for many keys (KIP-699), 6 for share coordinators (KIP-932). The first
 * request for a group creates `__consumer_offsets` and waits for it, where Kafka answers COORDINATOR_NOT_AVAILABLE meanwhile.
 *
 * Deliberate gap: transactions (key type 1) are not supported, and clients must learn it at once and not ask for ever. Up to
 * version 3 the answer is TRANSACTIONAL_ID_AUTHORIZATION_FAILED, because librdkafka, which speaks those, repeats the request after
 * every other error; it shows the message with it. From version 4 on it is INVALID_REQUEST, as Kafka answers for a kind of
 * coordinator that is switched off: the Java client fails with the message then, and would hide it behind the other code. Share
 * groups (key type 2) are off and answered as in Kafka.
 */
import { errorCode, type ErrorName } from '../../protocol/errors.ts'
import type { FindCoordinatorResponse } from '../../protocol/messages/10-find-coordinator.ts'
import { apiErrorOf, NO_ERROR, type ApiError } from '../api-error.ts'
import type { Broker } from '../broker.ts'
import { clusterNodes, type ClusterNode } from '../cluster-nodes.ts'
import { defineHandler, type RequestContext } from '../handler.ts'
import { OFFSETS_TOPIC } from '../topic-admin.ts'

type Coordinator = FindCoordinatorResponse['coordinators'][number]

const GROUP = 0
const TRANSACTION = 1

export const findCoordinatorHandler = defineHandler<'FindCoordinator'>({
  api: 'FindCoordinator',
  async handle(request, context) {
    const { keyType } = request
    const keys = context.apiVersion >= 4 ? request.coordinatorKeys : [request.key]
    const failure =
      keyType === GROUP ? await prepareGroups(context.broker) : unsupported(keyType, context.apiVersion)
    const nodes = failure === null ? clusterNodes(context.broker, context) : []
    return response(
      keys.map((key) => (failure === null ? locate(context, nodes, key) : nowhere(key, failure))),
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

async function prepareGroups({ topicAdmin }: Broker): Promise<ApiError | null> {
  try {
    await topicAdmin.ensureOffsetsTopic()
    return null
  } catch (error) {
    const { message } = apiErrorOf(error)
    return { code: errorCode('COORDINATOR_NOT_AVAILABLE'), message: `${OFFSETS_TOPIC}: ${message}` }
  }
}

function unsupported(keyType: number, apiVersion: number): ApiError {
  if (keyType === TRANSACTION) {
    const name: ErrorName = apiVersion >= 4 ? 'INVALID_REQUEST' : 'TRANSACTIONAL_ID_AUTHORIZATION_FAILED'
    const message =
      'This broker does not support transactions. Remove transactional.id from the producer; idempotence works without it.'
    return { code: errorCode(name), message }
  }
  return {
    code: errorCode('INVALID_REQUEST'),
    message: `This broker has no coordinators of key type ${keyType}, only those of groups (0).`,
  }
}

function locate({ broker }: RequestContext, nodes: readonly ClusterNode[], key: string): Coordinator {
  const partition = broker.groups.partitionFor(key)
  const leader = broker.metadata.image.topicsByName.get(OFFSETS_TOPIC)?.partitions[partition]?.leader
  const node = nodes.find(({ nodeId }) => nodeId === leader)
  if (node === undefined) {
    const message = `${OFFSETS_TOPIC}-${partition} has no leader at the moment`
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
