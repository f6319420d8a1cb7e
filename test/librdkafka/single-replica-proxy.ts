import { once } from 'node:events'
import { createServer, connect, type AddressInfo, type Socket } from 'node:net'

const CREATE_TOPICS = 19
/** librdkafka writes versions up to 4; from 5 on the encoding is another. */
const CREATE_TOPICS_VERSION_MAX = 4
const LENGTH_BYTES = 4

/**
 * A way to a single broker for tests that create topics with three replicas: every CreateTopics asks for one. Everything else
 * passes as it is, in both directions.
 */
export class SingleReplicaProxy implements AsyncDisposable {
  readonly #server = createServer((client) => this.#accept(client))
  readonly #sockets = new Set<Socket>()
  #target = 0

  /** Listens on a free port of loopback, and gives it. */
  async listen(): Promise<number> {
    this.#server.listen(0, '127.0.0.1')
    await once(this.#server, 'listening')
    return (this.#server.address() as AddressInfo).port
  }

  /** Where the broker is, which is known only after it was told the address of the proxy. */
  forwardTo(port: number): void {
    this.#target = port
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    this.#server.close()
    await once(this.#server, 'close')
  }

  #accept(client: Socket): void {
    const broker = connect({ port: this.#target, host: '127.0.0.1', noDelay: true })
    client.setNoDelay()
    let rest: Buffer = Buffer.alloc(0)
    client.on('data', (bytes: Buffer) => {
      rest = rest.length === 0 ? bytes : Buffer.concat([rest, bytes])
      const end = wholeRequests(rest)
      if (end === 0) return
      broker.write(rest.subarray(0, end))
      rest = rest.subarray(end)
    })
    broker.pipe(client)
    client.on('end', () => broker.end())
    for (const [socket, other] of [
      [client, broker],
      [broker, client],
    ] as const) {
      this.#sockets.add(socket)
      // Either side may reset the connection at any time; what the tests see is that the other side is gone.
      socket.on('error', () => other.destroy())
      socket.on('close', () => {
        other.destroy()
        this.#sockets.delete(socket)
      })
    }
  }
}

/** Rewrites the whole requests at the beginning of the bytes, and gives where they end. */
function wholeRequests(bytes: Buffer): number {
  let at = 0
  while (at + LENGTH_BYTES <= bytes.length) {
    const end = at + LENGTH_BYTES + bytes.readInt32BE(at)
    if (end > bytes.length) break
    askForOneReplica(bytes.subarray(at + LENGTH_BYTES, end))
    at = end
  }
  return at
}

/**
 * A request: api key (2 bytes), version (2), correlation id (4), client id (2 and its bytes). Of CreateTopics: the number of topics
 * (4), and each with its name (2 and its bytes), partitions (4), replicas (2), assignments (4: their number), configs (4: their
 * number) with name and value (2 and their bytes, a null value -1). Exported for its test.
 */
export function askForOneReplica(request: Buffer): void {
  if (request.readInt16BE(0) !== CREATE_TOPICS || request.readInt16BE(2) > CREATE_TOPICS_VERSION_MAX) return
  let at = 8
  const skipString = (): void => {
    at += 2 + Math.max(request.readInt16BE(at), 0)
  }
  skipString()
  const topics = request.readInt32BE(at)
  at += 4
  for (let topic = 0; topic < topics; topic++) {
    skipString()
    if (request.readInt16BE(at + 4) > 1) request.writeInt16BE(1, at + 4)
    const assignments = request.readInt32BE(at + 6)
    // Topics with assignments have no number of replicas, and what follows them is not looked at.
    if (assignments !== 0) return
    at += 10
    const configs = request.readInt32BE(at)
    at += 4
    for (let i = 0; i < configs * 2; i++) skipString()
  }
}
