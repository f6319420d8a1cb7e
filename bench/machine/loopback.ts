import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { Worker } from 'node:worker_threads'
import { Histogram, type LatencySummary } from '../load/histogram.ts'
import { startTicker } from '../load/ticker.ts'

const MESSAGE_BYTES = 1024

/** A server in a thread of its own that sends back the first 1 KB of what it gets, over and over, or nothing at all. */
export interface Echo {
  /** Sends so many bytes over one connection; resolves with GB/s when all have arrived. */
  stream(bytes: number): Promise<number>
  pingPong(count: number): Promise<LatencySummary>
  paced(rate: number, milliseconds: number): Promise<LatencySummary>
  close(): Promise<void>
}

export async function openEcho(): Promise<Echo> {
  const worker = new Worker(new URL('echo-thread.ts', import.meta.url))
  // The thread sends one message, of this form.
  const [ports] = (await once(worker, 'message')) as [{ readonly echo: number; readonly count: number }]
  return {
    stream: (bytes) => stream(ports.count, bytes),
    pingPong: (count) => pingPong(ports.echo, count),
    paced: (rate, milliseconds) => paced(ports.echo, rate, milliseconds),
    close: async () => void (await worker.terminate()),
  }
}

async function stream(port: number, bytes: number): Promise<number> {
  const socket = await connected(port)
  const block = Buffer.alloc(1 << 20, 'x')
  // The server answers with one byte when it has got as many bytes as the first message says.
  const size = Buffer.alloc(8)
  size.writeDoubleBE(bytes)
  socket.write(size)
  const startedAt = performance.now()
  const all = once(socket, 'data')
  for (let sent = 0; sent < bytes; sent += block.length) {
    if (!socket.write(sent + block.length <= bytes ? block : block.subarray(0, bytes - sent)))
      await once(socket, 'drain')
  }
  await all
  const elapsed = performance.now() - startedAt
  socket.destroy()
  return bytes / 1e6 / elapsed
}

async function pingPong(port: number, count: number): Promise<LatencySummary> {
  const socket = await connected(port)
  const histogram = new Histogram()
  const message = Buffer.alloc(MESSAGE_BYTES)
  let sentAt = 0
  const finished = Promise.withResolvers<void>()
  let missing = MESSAGE_BYTES
  socket.on('data', (bytes) => {
    missing -= bytes.length
    if (missing > 0) return
    histogram.add(performance.now() - sentAt)
    if (histogram.count === count) finished.resolve()
    else send()
  })
  const send = (): void => {
    missing = MESSAGE_BYTES
    sentAt = performance.now()
    socket.write(message)
  }
  send()
  await finished.promise
  socket.destroy()
  return histogram.summary()
}

async function paced(port: number, rate: number, milliseconds: number): Promise<LatencySummary> {
  const socket = await connected(port)
  const histogram = new Histogram()
  const message = Buffer.alloc(MESSAGE_BYTES)
  const due: number[] = []
  let received = 0
  socket.on('data', (bytes) => {
    received += bytes.length
    while (received >= MESSAGE_BYTES) {
      received -= MESSAGE_BYTES
      histogram.add(performance.now() - (due.shift() ?? 0))
    }
  })
  const stop = startTicker(rate, (dueAt) => {
    due.push(dueAt)
    socket.write(message)
  })
  await new Promise((resolve) => {
    setTimeout(resolve, milliseconds)
  })
  stop()
  socket.destroy()
  return histogram.summary()
}

async function connected(port: number): Promise<Socket> {
  const socket = connect({ host: '127.0.0.1', port, noDelay: true })
  await once(socket, 'connect')
  return socket
}
