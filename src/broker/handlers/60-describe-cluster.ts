/**
 * DescribeCluster 0-2 (KIP-700). 1 asks for brokers or controllers (KIP-919), 2 can include fenced brokers (KIP-1073); a broker is
 * registered or gone here, never fenced. The node is its own controller, but this is the endpoint of brokers, as Kafka's is.
 */
import { errorCode } from '../../protocol/errors.ts'
import type { DescribeClusterResponse } from '../../protocol/messages/60-describe-cluster.ts'
import { CLUSTER_OPERATIONS, OPERATIONS_OMITTED } from '../authorized-operations.ts'
import { clusterNodes } from '../cluster-nodes.ts'
import { defineHandler } from '../handler.ts'

const BROKERS = 1
const CONTROLLERS = 2

export const describeClusterHandler = defineHandler<'DescribeCluster'>({
  api: 'DescribeCluster',
  handle(request, context) {
    const { endpointType, includeClusterAuthorizedOperations } = request
    if (endpointType === CONTROLLERS) {
      return failure(
        errorCode('MISMATCHED_ENDPOINT_TYPE'),
        'The request was sent to an endpoint of type BROKER, but we wanted an endpoint of type CONTROLLER',
      )
    }
    if (endpointType !== BROKERS) {
      return failure(errorCode('UNSUPPORTED_ENDPOINT_TYPE'), `Unsupported endpoint type ${endpointType}`)
    }
    const { broker } = context
    return {
      throttleTimeMs: 0,
      errorCode: errorCode('NONE'),
      errorMessage: null,
      endpointType: BROKERS,
      clusterId: broker.clusterId,
      controllerId: broker.nodeId,
      brokers: clusterNodes(broker, context).map(({ nodeId, host, port, rack }) => ({
        brokerId: nodeId,
        host,
        port,
        rack,
        isFenced: false,
      })),
      clusterAuthorizedOperations: includeClusterAuthorizedOperations
        ? CLUSTER_OPERATIONS
        : OPERATIONS_OMITTED,
    }
  },
  failed: (code, message) => failure(code, message),
})

function failure(code: number, message: string): DescribeClusterResponse {
  return {
    throttleTimeMs: 0,
    errorCode: code,
    errorMessage: message,
    endpointType: BROKERS,
    clusterId: '',
    controllerId: -1,
    brokers: [],
    clusterAuthorizedOperations: OPERATIONS_OMITTED,
  }
}
