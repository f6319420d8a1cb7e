import net from 'node:net'
import type { Prng } from '../../src/env/sim/prng.ts'
import { apiOf, isSupported } from '../../src/protocol/api-keys.ts'
import { decodeResponse } from '../../src/protocol/codec.ts'
import { decodeResponseHeader } from '../../src/protocol/headers.ts'
import { correlationIdAt, type CorpusFrame, sized } from './frames.ts'
import { mutate } from './mutate.ts'
import { damagedProduce } from './produce-frames.ts'

export type FrameKind = 'sound' | 'mutated' | 'random' | 'damaged batch'

export interface FuzzCounts {
  sent: number
  answered: number
  /** The server closed the connection at this frame. */
  refused: number
  /** Neither within the time that a connection is given: requests that wait, as a Fetch may. */
  waiting: number
}

export interface KafkaFuzzOptions {
  readonly port: number
  readonly corpus: readonly CorpusFrame[]
  readonly count: number
  readonly connections: number
  readonly random: Prng
  readonly until: () => boolean
  readonly report: (what: string) => void
}

interface Sent {
  readonly kind: FrameKind
  readonly frame: Buffer
}

const burstMax = 16
const waitMs = 120
/** Newest frames, for the report of a crash. */
const rememberedMax = 400

/**
 * Sends frames in bursts over many connections. Each frame must be answered with something that decodes as the answer to it, or the
 * connection closed; after a close the frames behind it are sent anew elsewhere.
 */
export class KafkaFuzzer {
  readonly counts = new Map<FrameKind, FuzzCounts>()
  readonly #options: KafkaFuzzOptions
  readonly #random: Prng
  readonly #again: Sent[] = []
  readonly #recent: Sent[] = []
  #done = 0

  constructor(options: KafkaFuzzOptions) {
    this.#options = options
    this.#random = options.random
    for (const kind of ['sound', 'mutated', 'random', 'damaged batch'] as const) {
      this.counts.set(kind, { sent: 0, answered: 0, refused: 0, waiting: 0 })
    }
  }

  get done(): number {
    return this.#done
  }

  /** The newest frames in hex, for whoever has to repeat what happened. */
  get recent(): string[] {
    return this.#recent.map(({ kind, frame }) => `${kind} ${frame.toString('hex')}`)
  }

  async run(): Promise<void> {
    const work = async (): Promise<void> => {
      while (this.#done < this.#options.count && !this.#options.until()) await this.#burst()
    }
    await Promise.all(Array.from({ length: this.#options.connections }, work))
  }

  #next(): Sent {
    const again = this.#again.pop()
    if (again !== undefined) return again
    const { corpus } = this.#options
    const random = this.#random
    const pick = (): CorpusFrame => {
      const frame = corpus[random.below(corpus.length)]
      if (frame === undefined) throw new Error('the corpus is empty')
      return frame
    }
    const draw = random.below(100)
    if (draw < 5) return { kind: 'sound', frame: pick().bytes }
    if (draw < 75) return { kind: 'mutated', frame: mutate(pick().bytes, random, pick().bytes) }
    if (draw < 80) return { kind: 'random', frame: random.bytes(random.below(200)) }
    return { kind: 'damaged batch', frame: damagedProduce(random, 0) }
  }

  async #burst(): Promise<void> {
    const burst: Sent[] = []
    for (let left = 1 + this.#random.below(burstMax); left > 0; left--) {
      const { kind, frame } = this.#next()
      const copy = Buffer.from(frame)
      // Own ids, so that an answer to another request shows.
      if (copy.length >= correlationIdAt + 4) copy.writeInt32BE(burst.length, correlationIdAt)
      burst.push({ kind, frame: copy })
    }
    this.#recent.push(...burst)
    this.#recent.splice(0, this.#recent.length - rememberedMax)
    const { answered, closed } = await this.#exchange(burst, this.#random.chance(0.1))
    // Answers come in order: the first frame without one is where the connection was closed, or what it waits for.
    const handled = Math.min(answered + 1, burst.length)
    for (const [index, { kind }] of burst.slice(0, handled).entries()) {
      const counts = this.counts.get(kind)
      if (counts === undefined) continue
      counts.sent += 1
      if (index < answered) counts.answered += 1
      else if (closed) counts.refused += 1
      else counts.waiting += 1
    }
    this.#again.push(...burst.slice(handled))
    this.#done += handled
  }

  /** All at once, or each when the one before it was answered. */
  #exchange(burst: readonly Sent[], pipelined: boolean): Promise<{ answered: number; closed: boolean }> {
    return new Promise((resolve) => {
      const socket = net.connect({ host: '127.0.0.1', port: this.#options.port, noDelay: true })
      let received: Buffer = Buffer.alloc(0)
      let answered = 0
      let ended = false
      const end = (closed: boolean): void => {
        if (ended) return
        ended = true
        clearTimeout(timer)
        socket.destroy()
        resolve({ answered, closed })
      }
      let timer = setTimeout(() => end(false), waitMs)
      const send = (): void => {
        clearTimeout(timer)
        timer = setTimeout(() => end(false), waitMs)
        socket.write(sized(burst[answered]?.frame ?? Buffer.alloc(0)))
      }
      socket.on('error', () => end(true))
      socket.on('close', () => end(true))
      socket.on('data', (data: Buffer) => {
        received = received.length === 0 ? data : Buffer.concat([received, data])
        while (received.length >= 4) {
          const size = received.readInt32BE(0)
          if (received.length < 4 + size) break
          answered = this.#check(burst, received.subarray(4, 4 + size), answered)
          received = received.subarray(4 + size)
        }
        if (answered >= burst.length) end(false)
        else if (!pipelined) send()
      })
      if (pipelined) socket.write(Buffer.concat(burst.map(({ frame }) => sized(frame))))
      else send()
    })
  }

  /** Returns how many frames of the burst are settled with this answer. */
  #check(burst: readonly Sent[], response: Buffer, answered: number): number {
    const id = response.length >= 4 ? response.readInt32BE(0) : -1
    const sent = burst[id]
    if (sent === undefined || id < answered) {
      this.#options.report(
        `an answer with correlation id ${id}, ${answered} of ${burst.length} requests being answered`,
      )
      return answered
    }
    const apiKey = sent.frame.readInt16BE(0)
    const version = sent.frame.readInt16BE(2)
    const api = apiOf(apiKey)
    // ApiVersions is answered in version 0 when its version is not known (KIP-511).
    const answeredVersion = api?.name === 'ApiVersions' && !isSupported(api, version) ? 0 : version
    if (api === undefined) {
      this.#options.report(`an answer to a request of API ${apiKey}, which does not exist`)
      return id + 1
    }
    try {
      const header = decodeResponseHeader(apiKey, answeredVersion, response, 0, response.length)
      decodeResponse(apiKey, answeredVersion, response, header.end, response.length)
    } catch (error) {
      this.#options.report(
        `the answer to ${api.name} ${version} does not decode: ${String(error)}; request ${sent.frame.toString('hex').slice(0, 400)}`,
      )
    }
    return id + 1
  }
}
