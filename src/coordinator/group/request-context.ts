/** Who sent a request, and in which version. */
export interface RequestContext {
  /** Client id of the request header; empty when it had none. */
  readonly clientId: string
  /** Address of the client as groups show it; Kafka writes `/192.0.2.1`. */
  readonly clientHost: string
  readonly apiVersion: number
}
