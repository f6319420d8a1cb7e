import net from 'node:net'
import type { Prng } from '../../src/env/sim/prng.ts'
import { sleep } from '../crash/connect.ts'
import { frameOf, sized } from './frames.ts'

type Report = (what: string) => void

/** An ApiVersions request, after which the server believes that a client is at the other end. */
const hello = sized(frameOf(18, 0, 1, 'hostile', Buffer.alloc(0)))

interface Peer {
  readonly socket: net.Socket
  closed: boolean
  received: number
}

function peer(port: number, first: Buffer): Peer {
  const socket = net.connect({ host: '127.0.0.1', port, noDelay: true })
  const state: Peer = { socket, closed: false, received: 0 }
  socket.on('error', () => {})
  socket.on('close', () => (state.closed = true))
  socket.on('data', (data) => (state.received += data.length))
  socket.write(first)
  return state
}

async function allClosed(peers: readonly Peer[], withinMs: number): Promise<number> {
  const deadline = performance.now() + withinMs
  while (peers.some(({ closed }) => !closed) && performance.now() < deadline) await sleep(50)
  return peers.filter(({ closed }) => !closed).length
}

function destroyAll(peers: readonly Peer[]): void {
  for (const { socket } of peers) socket.destroy()
}

/** Many clients that send a request a byte at a time: each must be cut off when the time for one request is over. */
export async function slowLoris(
  port: number,
  count: number,
  frameTimeoutMs: number,
  report: Report,
): Promise<string> {
  const promise = Buffer.alloc(4)
  promise.writeInt32BE(1000)
  const peers = Array.from({ length: count }, (_, i) =>
    peer(port, i % 2 === 0 ? promise : Buffer.concat([hello, promise])),
  )
  const started = performance.now()
  const deadline = started + frameTimeoutMs + 10_000
  while (peers.some(({ closed }) => !closed) && performance.now() < deadline) {
    for (const { socket, closed } of peers) if (!closed) socket.write('x')
    await sleep(200)
  }
  const left = peers.filter(({ closed }) => !closed).length
  const seconds = ((performance.now() - started) / 1000).toFixed(1)
  if (left > 0)
    report(
      `${left} of ${count} slow clients still hold their connection after ${seconds} s, ${frameTimeoutMs} ms are allowed`,
    )
  destroyAll(peers)
  return `${count} clients that send a byte at a time: all cut off within ${seconds} s`
}

/** Sizes that no request has: negative, above the limits, and large ones that are never filled. */
export async function impossibleSizes(port: number, report: Report): Promise<string> {
  const sizes = [-1, -2147483648, 0x7fffffff, 200 << 20, 600 << 10]
  const peers = sizes.flatMap((size) => {
    const announced = Buffer.alloc(4)
    announced.writeInt32BE(size)
    const afterHello = size === 600 << 10 ? [] : [peer(port, Buffer.concat([hello, announced]))]
    return [peer(port, announced), ...afterHello]
  })
  const left = await allClosed(peers, 5000)
  if (left > 0)
    report(`${left} of ${peers.length} connections that announced impossible sizes are still open`)
  destroyAll(peers)
  return `${peers.length} connections that announced impossible sizes: all closed`
}

/** Proven clients that announce large requests and never send them: the memory of all together is bounded, and honest clients go on. */
export async function unfilledRequests(port: number, count: number): Promise<string> {
  const announced = Buffer.alloc(4)
  announced.writeInt32BE(50 << 20)
  const peers = Array.from({ length: count }, () =>
    peer(port, Buffer.concat([hello, announced, Buffer.alloc(1000)])),
  )
  await sleep(1500)
  destroyAll(peers)
  return `${count} clients that announced 50 MiB each and sent none of it`
}

/** Requests cut off at every length, then the end of the connection, gentle or hard. */
export async function truncated(port: number, frames: readonly Buffer[], random: Prng): Promise<string> {
  for (const frame of frames) {
    const whole = sized(frame)
    const peers = Array.from({ length: 8 }, () => peer(port, whole.subarray(0, random.below(whole.length))))
    await sleep(3)
    for (const [index, { socket }] of peers.entries()) {
      if (index % 2 === 0) socket.end()
      else socket.resetAndDestroy()
    }
    await allClosed(peers, 1000)
    destroyAll(peers)
  }
  return `${frames.length * 8} requests cut off, then the connection ended or reset`
}

/** Clients that ask and ask and never read an answer: the server must stop reading from them instead of keeping the answers. */
export async function neverReading(port: number, count: number): Promise<string> {
  const flood = Buffer.concat(Array.from({ length: 2000 }, () => hello))
  const sockets = Array.from({ length: count }, () => {
    const socket = net.connect({ host: '127.0.0.1', port })
    socket.on('error', () => {})
    socket.pause()
    for (let i = 0; i < 100; i++) socket.write(flood)
    return socket
  })
  await sleep(3000)
  for (const socket of sockets) socket.destroy()
  return `${count} clients that sent 200,000 requests each and read no answer`
}
