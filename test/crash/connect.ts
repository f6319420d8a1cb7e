import { BrokerConnection } from '../../src/client/broker-connection.ts'
import { defaultClientOptions } from '../../src/client/client-options.ts'
import { ConnectionError } from '../../src/client/connection-error.ts'
import { nodeEnv } from '../../src/env/node/env.ts'

const env = nodeEnv()

/** A connection that gives up its opening, and each request, after 20 s; a server that lives must answer before that. */
export function connect(port: number): Promise<BrokerConnection> {
  return BrokerConnection.open(env, '127.0.0.1', port, {
    ...defaultClientOptions,
    clientId: 'crash-suite',
    connectTimeoutMs: 20_000,
    requestTimeoutMs: 20_000,
    maxResponseBytes: 64 << 20,
  })
}

/** Whether the error only says that the server is gone, which is what these suites do to it all the time. */
export function isGone(error: unknown): boolean {
  return error instanceof ConnectionError && error.failure !== 'timeout'
}

/** Throws when something that has to come to an end has been tried for this long. */
export class Patience {
  readonly #until = performance.now() + 30_000

  check(what: string): void {
    if (performance.now() > this.#until) throw new Error(`${what}: still so after 30 s`)
  }
}

export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
