import net from 'node:net'
import tls from 'node:tls'
import type { TLSSocket } from 'node:tls'
import type { Connection, Listener, ListenOptions, Network, TlsSettings } from '../network.ts'
import { endpointsOf, NodeConnection, normalAddress } from './connection.ts'
import { SocketReader } from './socket-reader.ts'
import { clientCertificateFailure, tlsInfoOf, tlsServerOptions } from './tls.ts'

type Accept = (connection: Connection) => void
type Reject = (remoteAddress: string, error: Error) => void

/** The part of Node's private TCP handle that tells whether reads can go into buffers of ours. */
interface PrivateHandle {
  readonly useUserBuffer?: unknown
}

interface HandleOwner {
  _handle: PrivateHandle | null
}

export interface NodeNetworkOptions {
  /** False copies what is received even where reads could go straight into the owner's buffers. */
  readonly directReads: boolean
}

/**
 * Wraps the handle of an accepted, paused socket anew, with `onread`, which Node offers for outgoing sockets only.
 * Null when this Node has no such handle any more; the socket is as it was then.
 */
function rewrap(accepted: net.Socket, reader: SocketReader): net.Socket | null {
  // Node's types leave the private handle out.
  const owner = accepted as unknown as HandleOwner
  const handle = owner._handle
  if (handle === null || typeof handle?.useUserBuffer !== 'function') return null
  owner._handle = null
  // Without its handle this closes nothing, but takes the socket off the server's count of connections.
  accepted.destroy()
  const options = { handle, allowHalfOpen: true, pauseOnCreate: true, onread: reader.onRead }
  // Node's types leave the option `handle` out.
  const socket = new net.Socket(options as unknown as net.SocketConstructorOpts)
  socket.pause()
  return socket
}

/** For sockets that deliver buffers of their own. */
function copyInto(reader: SocketReader, socket: net.Socket): void {
  socket.pause()
  socket.on('data', (bytes: Buffer) => reader.copy(bytes))
}

function lostBeforeAccept(): Error {
  return Object.assign(new Error('the peer was gone before the connection was accepted'), {
    code: 'ECONNABORTED',
  })
}

function plainServer(options: NodeNetworkOptions, accept: Accept, reject: Reject): net.Server {
  const settings = { allowHalfOpen: true, keepAlive: true, noDelay: true, pauseOnConnect: true }
  return net.createServer(settings, (accepted) => {
    const ends = endpointsOf(accepted)
    if (ends === null) {
      accepted.destroy()
      reject('', lostBeforeAccept())
      return
    }
    const reader = new SocketReader()
    let socket = options.directReads ? rewrap(accepted, reader) : null
    if (socket === null) {
      socket = accepted
      copyInto(reader, socket)
    }
    accept(new NodeConnection(socket, reader, ends, null))
  })
}

function tlsServer(settings: TlsSettings, accept: Accept, reject: Reject): tls.Server {
  const server = tls.createServer(tlsServerOptions(settings), (secured) => {
    const ends = endpointsOf(secured)
    const failure = ends === null ? lostBeforeAccept() : clientCertificateFailure(secured)
    if (ends === null || failure !== null) {
      secured.on('error', (error) => reject(ends?.remoteAddress ?? '', error))
      secured.destroy()
      reject(ends?.remoteAddress ?? '', failure ?? lostBeforeAccept())
      return
    }
    const reader = new SocketReader()
    copyInto(reader, secured)
    accept(new NodeConnection(secured, reader, ends, tlsInfoOf(secured)))
  })
  server.on('tlsClientError', (error, socket: TLSSocket) => {
    reject(normalAddress(socket.remoteAddress ?? ''), error)
    socket.destroy()
  })
  return server
}

function listenOn(server: net.Server, options: ListenOptions): Promise<Listener> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    const { host, port, backlog } = options
    server.listen(backlog === undefined ? { host, port } : { host, port, backlog }, () => {
      server.removeListener('error', reject)
      // After listening these are failures to accept, such as too many open files; the next accept may work again.
      server.on('error', (error) => options.onRejected?.('', error))
      resolve(listenerOf(server))
    })
  })
}

function listenerOf(server: net.Server): Listener {
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the server listens on no TCP port')
  const close = (): Promise<void> => {
    // The server says that it closed when the last connection is gone, but it stops listening at once.
    if (server.listening) server.close()
    return new Promise((resolve) => setImmediate(resolve))
  }
  return { host: address.address, port: address.port, close, [Symbol.asyncDispose]: close }
}

function connectTo(host: string, port: number, timeoutMs: number | undefined): Promise<Connection> {
  const reader = new SocketReader()
  const onread = reader.onRead as net.OnReadOpts
  const socket = net.connect({ host, port, allowHalfOpen: true, keepAlive: true, noDelay: true, onread })
  socket.pause()
  return new Promise((resolve, reject) => {
    const onTimeout = (): void => {
      const message = `no connection to ${host}:${port} within ${timeoutMs} ms`
      socket.destroy(Object.assign(new Error(message), { code: 'ETIMEDOUT' }))
    }
    const timer = timeoutMs === undefined ? undefined : setTimeout(onTimeout, timeoutMs)
    const onError = (error: Error): void => {
      clearTimeout(timer)
      reject(error)
    }
    socket.once('error', onError)
    socket.once('connect', () => {
      clearTimeout(timer)
      const ends = endpointsOf(socket)
      if (ends === null) {
        socket.destroy(lostBeforeAccept())
        return
      }
      const connection = new NodeConnection(socket, reader, ends, null)
      socket.removeListener('error', onError)
      resolve(connection)
    })
  })
}

export function createNodeNetwork(options: NodeNetworkOptions): Network {
  return {
    listen(listen, accept) {
      const reject: Reject = (remoteAddress, error) => listen.onRejected?.(remoteAddress, error)
      const server =
        listen.tls === undefined
          ? plainServer(options, accept, reject)
          : tlsServer(listen.tls, accept, reject)
      return listenOn(server, listen)
    },
    connect: (host, port, settings) => connectTo(host, port, settings?.timeoutMs),
  }
}

export const nodeNetwork: Network = createNodeNetwork({ directReads: true })
