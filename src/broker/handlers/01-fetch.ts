import type { LogRead } from '../../log/log-reader.ts'
import type { AbortedTransaction } from '../../log/partition-transactions.ts'
import type { PartitionLog } from '../../log/partition-log.ts'
import { KafkaError } from '../../protocol/errors.ts'
import type { ResponseInputOf } from '../../protocol/api-keys.ts'
import * as header from '../../records/record-batch.ts'
import { waitForData } from '../fetch-wait.ts'
import type { FetchPartition, FetchPlan } from '../fetch-sessions.ts'
import { type Answer, defineHandler, type RequestContext } from '../handler.ts'
import { checkLeaderEpoch } from '../leader-epoch-check.ts'

type AbortedAnswer = { producerId: number; firstOffset: number }[]
type PartitionAnswer = ResponseInputOf<'Fetch'>['responses'][number]['partitions'][number]

/**
 * Fetch 4-18 (KIP-74, 227, 320, 392, 516, 595). Batches leave as they are stored, from the one that holds the offset on; the last may
 * be cut off. With isolation level 1 nothing comes from the last stable offset on, and the transactions that were aborted are named (KIP-98). Waits until
 * `minBytes` are there, a partition has an error, or `maxWaitMs` is over.
 *
 * Differences from Kafka: followers (replica id >= 0) are served like consumers, there being none yet; the rack is ignored.
 */
export const fetchHandler = defineHandler({
  api: 'Fetch',
  async handle(request, context): Promise<Answer<'Fetch'>> {
    const plan = context.broker.fetchSessions.plan(request, context.apiVersion)
    if (plan.kind === 'refused') {
      context.broker.brokerMetrics.error('Fetch', plan.errorCode)
      return { errorCode: plan.errorCode, sessionId: 0, responses: [] }
    }
    const limit = Math.min(request.maxBytes, context.broker.config.get('fetch.max.bytes'))
    const deadline = context.broker.env.clock.monotonic() + request.maxWaitMs
    for (;;) {
      const reads = await readAll(plan.partitions, limit, request.isolationLevel === readCommitted, context)
      const left = deadline - context.broker.env.clock.monotonic()
      const enough =
        reads.failed || reads.bytes >= request.minBytes || left <= 0 || plan.partitions.length === 0
      if (enough || context.gone.aborted) return respond(plan, reads, context)
      release(reads)
      await waitForData(reads.logs, left, context)
    }
  },
  failed: (code) => ({ errorCode: code, sessionId: 0, responses: [] }),
})

const readCommitted = 1

interface Reads {
  readonly committedOnly: boolean
  readonly answers: Map<FetchPartition, PartitionAnswer>
  readonly taken: LogRead[]
  readonly logs: PartitionLog[]
  bytes: number
  failed: boolean
}

async function readAll(
  partitions: readonly FetchPartition[],
  limit: number,
  committedOnly: boolean,
  context: RequestContext,
): Promise<Reads> {
  const reads: Reads = { committedOnly, answers: new Map(), taken: [], logs: [], bytes: 0, failed: false }
  try {
    for (const wanted of partitions) await readOne(wanted, limit - reads.bytes, reads, context)
  } catch (error) {
    release(reads)
    throw error
  }
  return reads
}

async function readOne(
  wanted: FetchPartition,
  left: number,
  reads: Reads,
  context: RequestContext,
): Promise<void> {
  try {
    const log = findLog(wanted, context)
    reads.logs.push(log)
    const diverging = divergence(wanted, log)
    const answer = emptyAnswer(wanted.partition, log)
    if (diverging !== null) {
      reads.failed = true
      reads.answers.set(wanted, { ...answer, divergingEpoch: diverging })
      return
    }
    const maxBytes = Math.max(Math.min(wanted.maxBytes, left), 0)
    const whole = reads.bytes === 0 && left > 0
    // Before the read, during which retention may take away what is needed to know.
    const aborted = reads.committedOnly
      ? log.abortedTransactions(wanted.fetchOffset, log.lastStableOffset)
      : null
    const reading = reads.committedOnly
      ? log.readStable(wanted.fetchOffset, maxBytes, whole)
      : log.read(wanted.fetchOffset, maxBytes, whole)
    const read = reading instanceof Promise ? await reading : reading
    reads.taken.push(read)
    reads.bytes += read.bytes
    const abortedTransactions = aborted === null ? null : among(aborted, read, wanted.fetchOffset)
    reads.answers.set(wanted, { ...answer, abortedTransactions, records: read.buffers })
  } catch (error) {
    if (!(error instanceof KafkaError)) throw error
    reads.failed = true
    context.broker.brokerMetrics.error('Fetch', error.code)
    reads.answers.set(wanted, errorAnswer(wanted.partition, error.code))
  }
}

function findLog(wanted: FetchPartition, context: RequestContext): PartitionLog {
  const { topics } = context.broker
  const byId = context.apiVersion >= 13
  const entry = byId ? topics.withId(wanted.topicId) : topics.named(wanted.topic)
  if (entry === undefined && byId)
    throw new KafkaError('UNKNOWN_TOPIC_ID', `no topic has the id ${wanted.topicId}`)
  const log = entry?.logs[wanted.partition]
  if (entry === undefined || log === undefined) {
    throw new KafkaError(
      'UNKNOWN_TOPIC_OR_PARTITION',
      `there is no partition ${wanted.partition} of "${wanted.topic}"`,
    )
  }
  checkLeaderEpoch(wanted.currentLeaderEpoch, entry.leaderEpochs[wanted.partition] ?? 0)
  return log
}

/** Whether the client's log went another way than ours (KIP-595): its last epoch ended before the offset it asks for. */
function divergence(wanted: FetchPartition, log: PartitionLog): { epoch: number; endOffset: number } | null {
  if (wanted.lastFetchedEpoch < 0) return null
  const current = Math.max(wanted.currentLeaderEpoch, log.epochs.latest)
  const end = log.epochs.endOffsetFor(wanted.lastFetchedEpoch, current, log.logEndOffset)
  if (end.endOffset < 0)
    throw new KafkaError('OFFSET_OUT_OF_RANGE', `leader epoch ${wanted.lastFetchedEpoch} is not known here`)
  return end.epoch < wanted.lastFetchedEpoch || end.endOffset < wanted.fetchOffset ? end : null
}

/** Those of the aborted transactions that have records among what was read. */
function among(aborted: readonly AbortedTransaction[], read: LogRead, from: number): AbortedAnswer {
  if (aborted.length === 0 || read.bytes === 0) return []
  const end = endOf(read, from)
  return aborted
    .filter(({ firstOffset }) => firstOffset < end)
    .map(({ producerId, firstOffset }) => ({ producerId, firstOffset }))
}

/** Where the offsets of the batches read end; of one that is cut off, as far as its header tells. */
function endOf({ buffers }: LogRead, from: number): number {
  let end = from
  for (const buffer of buffers) {
    for (let at = 0; at + header.HEADER_SIZE <= buffer.length; at += header.batchSize(buffer, at))
      end = header.lastOffset(buffer, at) + 1
  }
  return end
}

const noBuffers: readonly Buffer[] = []

function emptyAnswer(partitionIndex: number, log: PartitionLog): PartitionAnswer {
  return {
    partitionIndex,
    errorCode: 0,
    highWatermark: log.highWatermark,
    lastStableOffset: log.lastStableOffset,
    logStartOffset: log.logStartOffset,
    abortedTransactions: null,
    records: noBuffers,
  }
}

function errorAnswer(partitionIndex: number, code: number): PartitionAnswer {
  return { partitionIndex, errorCode: code, highWatermark: -1, abortedTransactions: null, records: noBuffers }
}

function release(reads: Reads): void {
  for (const read of reads.taken.splice(0)) read.release()
}

function respond(
  plan: Exclude<FetchPlan, { kind: 'refused' }>,
  reads: Reads,
  context: RequestContext,
): Answer<'Fetch'> {
  context.onSent(() => release(reads))
  const responses: { topic: string; topicId: string; partitions: PartitionAnswer[] }[] = []
  let last: FetchPartition | null = null
  for (const [wanted, answer] of reads.answers) {
    if (plan.kind === 'incremental' && !isNews(wanted, answer)) continue
    wanted.toldHighWatermark = answer.highWatermark
    wanted.toldLogStart = answer.logStartOffset ?? -1
    if (last === null || last.topic !== wanted.topic || last.topicId !== wanted.topicId) {
      responses.push({ topic: wanted.topic, topicId: wanted.topicId, partitions: [] })
    }
    last = wanted
    responses.at(-1)?.partitions.push(answer)
    if (plan.kind === 'incremental' && bytesOf(answer) > 0) plan.served(wanted)
    countSent(wanted, answer, context)
  }
  return { errorCode: 0, sessionId: plan.sessionId, responses }
}

/** What an incremental answer must name: data, errors, and marks that moved since the client was told. */
function isNews(wanted: FetchPartition, answer: PartitionAnswer): boolean {
  if (answer.errorCode !== 0 || answer.divergingEpoch !== undefined || bytesOf(answer) > 0) return true
  return answer.highWatermark !== wanted.toldHighWatermark || answer.logStartOffset !== wanted.toldLogStart
}

function bytesOf(answer: PartitionAnswer): number {
  let sum = 0
  if (Array.isArray(answer.records)) for (const buffer of answer.records) sum += buffer.length
  return sum
}

function countSent(wanted: FetchPartition, answer: PartitionAnswer, context: RequestContext): void {
  const bytes = bytesOf(answer)
  const { topics, brokerMetrics } = context.broker
  const name = wanted.topic === '' ? topics.withId(wanted.topicId)?.name : wanted.topic
  if (name === undefined || bytes === 0) return
  const metrics = brokerMetrics.topic(name)
  metrics.sentBytes.add(bytes)
  metrics.fetches.add(1)
}
