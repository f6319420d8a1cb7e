import type { Clock } from '../../env/clock.ts'
import type { Random } from '../../env/random.ts'
import type { MetadataImage } from '../../metadata/image.ts'
import { randomUuid } from '../../metadata/uuid.ts'
import { KafkaError } from '../../protocol/errors.ts'
import { ZERO_UUID } from '../../protocol/schema.ts'
import { codecs } from '../../records/compression/codecs.ts'
import { parseOtlpMetrics } from './otlp-metrics.ts'
import { subscriptionOf, type ClientAttributes, type ClientSubscription } from './subscriptions.ts'

/** Largest push, bytes, before and after decompression (Kafka: telemetry.max.bytes). */
export const TELEMETRY_MAX_BYTES = 1 << 20
const DECOMPRESSED_MAX_BYTES = 8 << 20
/** Clients whose metrics are kept; the one that pushed the longest time ago goes first. */
const CLIENTS_MAX = 1_000

/** Gzip, snappy, lz4, zstd by their codes; the most wanted first, as Kafka lists them. */
export const ACCEPTED_COMPRESSION: readonly number[] = [4, 3, 1, 2]

export interface Push {
  readonly clientInstanceId: string
  readonly subscriptionId: number
  readonly terminating: boolean
  readonly compressionType: number
  readonly metrics: Buffer
}

/** One number of one client, as /metrics shows it. */
export interface ClientMetricSample {
  readonly client: ClientAttributes
  readonly name: string
  readonly attributes: string
  readonly value: number
}

interface ClientInstance {
  readonly client: ClientAttributes
  subscription: ClientSubscription
  askedAt: number
  pushedAt: number
  terminating: boolean
  /** By name and attributes. */
  readonly values: Map<string, ClientMetricSample>
}

/**
 * Metrics that clients push (KIP-714; Kafka: ClientMetricsManager): who is to push what is set with kafka-client-metrics, and what
 * comes is kept until the next push, for /metrics. Times are monotonic milliseconds.
 */
export class ClientTelemetry {
  readonly #clock: Clock
  readonly #random: Random
  readonly #image: () => MetadataImage
  readonly #clients = new Map<string, ClientInstance>()

  constructor(clock: Clock, random: Random, image: () => MetadataImage) {
    this.#clock = clock
    this.#random = random
    this.#image = image
  }

  /** What the client is to push. A client without an id gets one. Throws THROTTLING_QUOTA_EXCEEDED when it asks too often. */
  subscribe(client: ClientAttributes): {
    readonly clientInstanceId: string
    readonly subscription: ClientSubscription
  } {
    const isNew = client.client_instance_id === ZERO_UUID
    const clientInstanceId = isNew ? randomUuid(this.#random) : client.client_instance_id
    const known = this.#clients.get(clientInstanceId)
    const now = this.#clock.monotonic()
    const subscription = subscriptionOf(this.#image(), { ...client, client_instance_id: clientInstanceId })
    if (known === undefined) {
      this.#keep(clientInstanceId, {
        client: { ...client, client_instance_id: clientInstanceId },
        subscription,
        askedAt: now,
        pushedAt: Number.NEGATIVE_INFINITY,
        terminating: false,
        values: new Map(),
      })
      return { clientInstanceId, subscription }
    }
    const early = now - Math.max(known.askedAt, known.pushedAt) < known.subscription.pushIntervalMs
    if (early && known.subscription.id === subscription.id && known.pushedAt < known.askedAt)
      throw tooEarly(known)
    known.subscription = subscription
    known.askedAt = now
    return { clientInstanceId, subscription }
  }

  /** Takes what a client pushes. Throws a KafkaError when it may not, or not now, or when it is not readable. */
  push(push: Push, client: ClientAttributes): void {
    const { clientInstanceId, compressionType, metrics } = push
    if (clientInstanceId === ZERO_UUID)
      throw new KafkaError('INVALID_REQUEST', 'ClientInstanceId must not be zero.')
    const instance = this.#clients.get(clientInstanceId)
    const current = subscriptionOf(this.#image(), { ...client, client_instance_id: clientInstanceId })
    if (instance === undefined || push.subscriptionId !== current.id) {
      throw new KafkaError(
        'UNKNOWN_SUBSCRIPTION_ID',
        `client ${clientInstanceId} has not subscription ${push.subscriptionId}; ask for it again`,
      )
    }
    if (instance.terminating)
      throw new KafkaError(
        'INVALID_REQUEST',
        `client ${clientInstanceId} said before that it was terminating`,
      )
    const now = this.#clock.monotonic()
    const early = now - instance.pushedAt < instance.subscription.pushIntervalMs * EARLY_TOLERANCE
    if (early && !push.terminating) throw tooEarly(instance)
    if (metrics.length > TELEMETRY_MAX_BYTES) {
      throw new KafkaError(
        'TELEMETRY_TOO_LARGE',
        `${metrics.length} bytes of metrics are more than ${TELEMETRY_MAX_BYTES}`,
      )
    }
    const codec = codecs[compressionType]
    if (codec === undefined)
      throw new KafkaError(
        'UNSUPPORTED_COMPRESSION_TYPE',
        `compression type ${compressionType} does not exist`,
      )
    instance.pushedAt = now
    instance.terminating = push.terminating
    this.#take(instance, codec.decompress(metrics, DECOMPRESSED_MAX_BYTES))
    // The oldest stand first.
    this.#clients.delete(clientInstanceId)
    this.#clients.set(clientInstanceId, instance)
  }

  /** What clients pushed last; those that have been silent for three intervals are forgotten. */
  *samples(): IterableIterator<ClientMetricSample> {
    const now = this.#clock.monotonic()
    for (const [id, { askedAt, pushedAt, subscription, values }] of this.#clients) {
      if (now - Math.max(askedAt, pushedAt) > 3 * subscription.pushIntervalMs) this.#clients.delete(id)
      else yield* values.values()
    }
  }

  #take({ client, values }: ClientInstance, bytes: Buffer): void {
    const before = new Map(values)
    values.clear()
    for (const { name, attributes, value, delta } of parseOtlpMetrics(bytes)) {
      const key = `${name} ${attributes}`
      const total = delta ? (before.get(key)?.value ?? 0) + value : value
      values.set(key, { client, name, attributes, value: total })
    }
    // A counter that did not move is not pushed, and still is what it was.
    for (const [key, sample] of before)
      if (!values.has(key) && values.size < VALUES_MAX) values.set(key, sample)
  }

  #keep(id: string, instance: ClientInstance): void {
    if (this.#clients.size >= CLIENTS_MAX) {
      const [oldest] = this.#clients.keys()
      if (oldest !== undefined) this.#clients.delete(oldest)
    }
    this.#clients.set(id, instance)
  }
}

const VALUES_MAX = 2_000
/** Clients jitter their pushes by a fifth up or down, and the first comes between a half and one and a half intervals. */
const EARLY_TOLERANCE = 0.5

function tooEarly({ subscription }: ClientInstance): KafkaError {
  return new KafkaError(
    'THROTTLING_QUOTA_EXCEEDED',
    `metrics are wanted every ${subscription.pushIntervalMs} ms; this request comes too early`,
  )
}
