import net from 'node:net'
import type { Prng } from '../../src/env/sim/prng.ts'
import { sleep } from '../crash/connect.ts'
import { mutate } from './mutate.ts'

export interface HttpCounts {
  sent: number
  answered: number
  refused: number
  waiting: number
  readonly statuses: Map<string, number>
}

/** One of its own, because the other one is full of damaged batches. */
export const httpTopic = 'fuzz-http'

const paths = [
  '/',
  '/livez',
  '/readyz',
  '/metrics',
  '/api/v1/topics',
  `/api/v1/topics/${httpTopic}`,
  `/api/v1/topics/${httpTopic}/records`,
  `/api/v1/topics/${httpTopic}/records?offset=0&limit=5`,
  '/api/v1/groups',
  '/api/v1/groups/x',
  '/api/v1/cluster',
  '/api/v1/openapi.json',
  '/..%2f..%2fetc/passwd',
  '/%00',
  '/%',
  `/${'a'.repeat(9000)}`,
  '/api/v1/topics?x=%ff',
  '/api/v1/topics/%F0%9F%8E%89',
]
const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS', 'TRACE', 'BREW', 'get']
const types = [
  'application/json',
  'application/x-ndjson',
  'text/plain',
  'application/json; charset=utf-16',
  '',
  'multipart/form-data',
]
const bodies = [
  '',
  '{}',
  '[]',
  'null',
  '{"records":[{"value":"x"}]}',
  '{"records":[{"value":{"a":1},"key":"k","partition":0}]}',
  '{"name":"t","partitions":-1}',
  '{"records":"x"}',
  '{"a":'.repeat(5000),
  '[' + '1,'.repeat(20_000) + '1]',
  '{"__proto__":{"x":1}}',
  '{"records":[{"value":null}]}\n{"value":1}',
  '\u0000\uffff',
]
const oddHeaders = [
  'Transfer-Encoding: chunked',
  'Content-Length: -1',
  'Content-Length: 99999999999',
  'Content-Length: 5\r\nContent-Length: 6',
  'Expect: 100-continue',
  'Connection: upgrade\r\nUpgrade: websocket',
  'Host: evil.example',
  `X-Long: ${'y'.repeat(20_000)}`,
  'X: \u0001',
  'Accept: */*;q=9',
  'Range: bytes=9-1',
]

/** Sends HTTP requests, sound, odd and mutated; each must get a status below 500 or see its connection closed. */
export class HttpFuzzer {
  readonly counts: HttpCounts = { sent: 0, answered: 0, refused: 0, waiting: 0, statuses: new Map() }
  readonly #port: number
  readonly #random: Prng
  readonly #report: (what: string) => void

  constructor(port: number, random: Prng, report: (what: string) => void) {
    this.#port = port
    this.#random = random
    this.#report = report
  }

  async run(count: number, connections: number, until: () => boolean): Promise<void> {
    const work = async (): Promise<void> => {
      while (this.counts.sent < count && !until()) await this.#exchange(this.#request())
    }
    await Promise.all(Array.from({ length: connections }, work))
  }

  /** Clients that send the head of a request a byte at a time; the server has a time limit for heads. */
  async slowLoris(count: number, limitMs: number): Promise<string> {
    const sockets = Array.from({ length: count }, () => {
      const socket = net.connect({ host: '127.0.0.1', port: this.#port })
      socket.on('error', () => {})
      socket.resume()
      socket.write('GET / HTTP/1.1\r\nX: ')
      return socket
    })
    const started = performance.now()
    while (sockets.some(({ closed }) => !closed) && performance.now() < started + limitMs) {
      for (const socket of sockets) if (socket.writable) socket.write('y')
      await sleep(500)
    }
    const left = sockets.filter(({ closed }) => !closed).length
    if (left > 0)
      this.#report(`${left} of ${count} slow HTTP clients still hold their connection after ${limitMs} ms`)
    for (const socket of sockets) socket.destroy()
    return `${count} HTTP clients that send a byte at a time: all cut off within ${((performance.now() - started) / 1000).toFixed(1)} s`
  }

  #pick<T>(values: readonly T[]): T {
    const value = values[this.#random.below(values.length)]
    if (value === undefined) throw new Error('nothing to pick from')
    return value
  }

  #request(): Buffer {
    const random = this.#random
    const body = Buffer.from(this.#pick(bodies))
    const headers = [`Host: 127.0.0.1:${this.#port}`, `Content-Type: ${this.#pick(types)}`]
    if (random.chance(0.8)) headers.push(`Content-Length: ${body.length}`)
    if (random.chance(0.4)) headers.push(this.#pick(oddHeaders))
    headers.push('Connection: close')
    const head = `${this.#pick(methods)} ${this.#pick(paths)} HTTP/${this.#pick(['1.1', '1.1', '1.0', '9.9'])}\r\n${headers.join('\r\n')}\r\n\r\n`
    const request = Buffer.concat([Buffer.from(head, 'latin1'), body])
    return random.chance(0.4) ? mutate(request, random, Buffer.from(this.#pick(bodies))) : request
  }

  #exchange(request: Buffer): Promise<void> {
    return new Promise((resolve) => {
      const socket = net.connect({ host: '127.0.0.1', port: this.#port })
      let head = ''
      let done = false
      const end = (how: 'answered' | 'refused' | 'waiting'): void => {
        if (done) return
        done = true
        clearTimeout(timer)
        socket.destroy()
        this.counts.sent += 1
        this.counts[how] += 1
        resolve()
      }
      const timer = setTimeout(() => end(head === '' ? 'waiting' : 'answered'), 400)
      socket.on('error', () => end(head === '' ? 'refused' : 'answered'))
      socket.on('close', () => end(head === '' ? 'refused' : 'answered'))
      socket.on('data', (data) => {
        if (head !== '') return
        head = data.toString('latin1', 0, 32)
        const status = /^HTTP\/1\.[01] (\d{3})/.exec(head)?.[1] ?? 'none'
        this.counts.statuses.set(status, (this.counts.statuses.get(status) ?? 0) + 1)
        if (
          status === 'none' ||
          (Number(status) >= 500 && status !== '501' && status !== '505' && status !== '503')
        ) {
          this.#report(
            `HTTP status ${status} for ${JSON.stringify(request.toString('latin1').slice(0, 500))}: ${JSON.stringify(data.toString('utf8').slice(0, 600))}`,
          )
        }
      })
      socket.write(request)
      if (this.#random.chance(0.1)) socket.end()
    })
  }
}
