import { registeredBrokers } from '../metadata/image.ts'
import type { Broker } from './broker.ts'

export interface ClusterNode {
  readonly nodeId: number
  readonly host: string
  readonly port: number
  readonly rack: string | null
}

/** How the client reaches each broker: this one as it is advertised to this client, others as they registered. */
export function clusterNodes(
  broker: Broker,
  client: { readonly localAddress: string; readonly localPort: number },
): ClusterNode[] {
  return registeredBrokers(broker.metadata.image).map(({ brokerId, endpoints, rack }) => {
    const endpoint = endpoints[0]
    const { host, port } =
      brokerId === broker.nodeId || endpoint === undefined ? broker.advertised.for(client) : endpoint
    return { nodeId: brokerId, host, port, rack }
  })
}
