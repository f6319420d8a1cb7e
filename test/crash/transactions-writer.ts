import type { BrokerConnection } from '../../src/client/broker-connection.ts'
import type { Prng } from '../../src/env/sim/prng.ts'
import { errorNameOf } from '../../src/protocol/errors.ts'
import { batchPositions } from '../../src/records/batch-iterator.ts'
import { buildBatch } from '../../src/records/build-batch.ts'
import { readRecords } from '../../src/records/read-records.ts'
import * as header from '../../src/records/record-batch.ts'
import type { Finding } from './compare.ts'
import { isGone, Patience, sleep } from './connect.ts'
import { transactionalId, transactionsGroup, transactionsTopic } from './transaction-names.ts'

export const transactionsPartitions = 3
const groupId = transactionsGroup
const recordsEach = 2
const fetchBytes = 8 << 20

/**
 * What may be seen of a transaction. `never`: its end was an abort, or was not asked for. `perhaps`: a commit was asked for and not
 * answered. `surely`: it was answered.
 */
type Promised = 'never' | 'perhaps' | 'surely'

/** A transaction that has begun, and how many of its requests were answered: a crash leaves one in doubt. */
interface Begun {
  readonly number: number
  readonly committed: boolean
  answered: number
}

/** The broker asks to be asked again: it is loading, or still writes the markers of the transaction before. */
const passing = new Set([
  'CONCURRENT_TRANSACTIONS',
  'COORDINATOR_LOAD_IN_PROGRESS',
  'COORDINATOR_NOT_AVAILABLE',
  'NOT_COORDINATOR',
  'NOT_ENOUGH_REPLICAS',
])

/**
 * One transactional producer that writes its number into every partition and commits it as an offset, in transactions that it commits
 * or aborts. After a crash it either goes on, with the request that was not answered, as a client does that tries again; or it starts
 * anew, which ends what was open. Then each transaction must be there as a whole or not at all.
 */
export class TransactionsWriter {
  readonly #random: Prng
  /** The index is the number of the transaction, less one. */
  #promised: Promised[] = []
  #producerId = -1
  #epoch = -1
  #begun: Begun | null = null
  /** Transactions that were ended by a request that was sent again after a crash, or one that followed it. */
  resumed = 0
  #stopped = false

  constructor(random: Prng) {
    this.#random = random
  }

  get acknowledged(): number {
    return this.#promised.filter((promised) => promised === 'surely').length
  }

  fork(): TransactionsWriter {
    const fork = new TransactionsWriter(this.#random.fork('copy'))
    fork.#promised = [...this.#promised]
    // What the copy was promised can not be told from what came after it, so the fork starts anew.
    return fork
  }

  /** What was sent since the fork may have arrived as well. */
  allow(later: TransactionsWriter): void {
    this.#promised = later.#promised.map((promised, index) => {
      if (this.#promised[index] === 'surely') return 'surely'
      return promised === 'never' ? 'never' : 'perhaps'
    })
  }

  async run(connection: BrokerConnection, pauseMs: number): Promise<void> {
    this.#stopped = false
    try {
      await this.#init(connection)
      while (!this.#stopped) {
        await this.#transaction(connection)
        await sleep(this.#random.below(pauseMs + 1))
      }
    } catch (error) {
      if (!isGone(error)) throw error
    }
  }

  stop(): void {
    this.#stopped = true
  }

  async check(connection: BrokerConnection): Promise<Finding[]> {
    if (this.#promised.length === 0) return []
    if (this.#begun !== null && this.#random.chance(0.6)) {
      await this.#proceed(connection, this.#begun)
      this.resumed += 1
    }
    await this.#init(connection)
    const findings: Finding[] = []
    const seen: Map<number, number>[] = []
    for (let partition = 0; partition < transactionsPartitions; partition++)
      seen.push(await readCommitted(connection, partition))
    const all = new Set(seen.flatMap((counts) => [...counts.keys()]))
    for (const number of all) {
      const counts = seen.map((partition) => partition.get(number) ?? 0)
      const detail = `transaction ${number} (${this.#promised[number - 1] ?? 'not sent'}): ${counts.join(', ')} records`
      const report = (kind: Finding['kind']): void =>
        void findings.push({ kind, where: transactionsTopic, detail })
      if ((this.#promised[number - 1] ?? 'never') === 'never') report('invented')
      else if (counts.some((count) => count > recordsEach)) report('duplicated')
      else if (counts.some((count) => count < recordsEach)) report('torn')
    }
    for (const [index, promised] of this.#promised.entries()) {
      const detail = `transaction ${index + 1} was committed`
      if (promised === 'surely' && !all.has(index + 1))
        findings.push({ kind: 'lost', where: transactionsTopic, detail })
    }
    const last = all.size === 0 ? -1 : Math.max(...all)
    const committed = await committedOffset(connection)
    if (committed !== last)
      findings.push({
        kind: 'torn',
        where: `${groupId} ${transactionsTopic}-0`,
        detail: `offset ${committed}, but ${last} is the last transaction whose records are there`,
      })
    return findings
  }

  /** Ends what the last instance has left open. */
  async #init(connection: BrokerConnection): Promise<void> {
    await passes('the transactional id has a coordinator', async () => {
      const asked = { key: '', keyType: 1, coordinatorKeys: [transactionalId] }
      const response = await connection.request('FindCoordinator', asked)
      return response.coordinators[0]?.errorCode ?? response.errorCode
    })
    this.#begun = null
    await passes('the transactional id can be initialized', async () => {
      const asked = { transactionalId, transactionTimeoutMs: 60_000 }
      const response = await connection.request('InitProducerId', asked, { maxVersion: 5 })
      this.#producerId = response.producerId
      this.#epoch = response.producerEpoch
      return response.errorCode
    })
  }

  async #transaction(connection: BrokerConnection): Promise<void> {
    const number = this.#promised.push('never')
    const begun: Begun = { number, committed: this.#random.chance(0.7), answered: 0 }
    this.#begun = begun
    await this.#proceed(connection, begun)
  }

  /** Sends the request that has no answer yet, and those behind it. */
  async #proceed(connection: BrokerConnection, begun: Begun): Promise<void> {
    const { number, committed } = begun
    const records = recordsEach * transactionsPartitions
    for (; begun.answered < records; begun.answered++) {
      const [sequence, partition] = [
        Math.floor(begun.answered / transactionsPartitions),
        begun.answered % transactionsPartitions,
      ]
      await this.#produce(connection, partition, number, sequence)
    }
    if (begun.answered === records) {
      await this.#commitOffset(connection, number)
      begun.answered += 1
    }
    if (committed) this.#promised[number - 1] = 'perhaps'
    const asked = { transactionalId, producerId: this.#producerId, producerEpoch: this.#epoch, committed }
    await passes('the transaction can be ended', async () => {
      const response = await connection.request('EndTxn', asked, { maxVersion: 5 })
      if (response.errorCode === 0) {
        this.#producerId = response.producerId
        this.#epoch = response.producerEpoch
      }
      return response.errorCode
    })
    this.#begun = null
    if (committed) this.#promised[number - 1] = 'surely'
  }

  async #produce(
    connection: BrokerConnection,
    partition: number,
    number: number,
    baseSequence: number,
  ): Promise<void> {
    const records = buildBatch(
      { producerId: this.#producerId, producerEpoch: this.#epoch, baseSequence, transactional: true },
      [
        {
          timestamp: Date.now(),
          key: Buffer.from(`${number}/${baseSequence}`),
          value: Buffer.from(String(number)),
        },
      ],
    )
    const topicData = [{ name: transactionsTopic, partitionData: [{ index: partition, records }] }]
    await passes('records of a transaction can be produced', async () => {
      const asked = { transactionalId, acks: -1, timeoutMs: 30_000, topicData }
      const response = await connection.request('Produce', asked, { maxVersion: 12 })
      return response.responses[0]?.partitionResponses[0]?.errorCode ?? -1
    })
  }

  async #commitOffset(connection: BrokerConnection, committedOffset: number): Promise<void> {
    const partitions = [{ partitionIndex: 0, committedOffset, committedMetadata: '' }]
    await passes('offsets can be committed in a transaction', async () => {
      const asked = {
        transactionalId,
        groupId,
        producerId: this.#producerId,
        producerEpoch: this.#epoch,
        topics: [{ name: transactionsTopic, partitions }],
      }
      const response = await connection.request('TxnOffsetCommit', asked, { maxVersion: 5 })
      return response.topics[0]?.partitions[0]?.errorCode ?? -1
    })
  }
}

/** Asks until the answer is none of the passing ones; any other error is one. */
async function passes(what: string, ask: () => Promise<number>): Promise<void> {
  const patience = new Patience()
  for (;;) {
    const name = errorNameOf(await ask())
    if (name === 'NONE') return
    if (!passing.has(name)) throw new Error(`not so: ${what} (${name})`)
    patience.check(`not so: ${what} (${name})`)
    await sleep(10)
  }
}

/** How often each number is in the partition, for a consumer of committed records. */
async function readCommitted(connection: BrokerConnection, partition: number): Promise<Map<number, number>> {
  const counts = new Map<number, number>()
  for (let fetchOffset = 0; ;) {
    const body = {
      replicaId: -1,
      maxWaitMs: 0,
      minBytes: 0,
      maxBytes: fetchBytes,
      isolationLevel: 1,
      sessionId: 0,
      sessionEpoch: -1,
      topics: [
        { topic: transactionsTopic, partitions: [{ partition, fetchOffset, partitionMaxBytes: fetchBytes }] },
      ],
      forgottenTopicsData: [],
      rackId: '',
    }
    const response = await connection.request('Fetch', body, { maxVersion: 12 })
    const answer = response.responses[0]?.partitions[0]
    if (answer === undefined || answer.errorCode !== 0)
      throw new Error(
        `committed records can not be read: ${errorNameOf(answer?.errorCode ?? response.errorCode)}`,
      )
    const records = answer.records ?? Buffer.alloc(0)
    const next = countCommitted(records, answer.abortedTransactions ?? [], counts)
    if (next < 0) {
      if (answer.lastStableOffset < answer.highWatermark)
        throw new Error(
          `a transaction is open after its id was initialized: stable up to ${answer.lastStableOffset} of ${answer.highWatermark}`,
        )
      return counts
    }
    fetchOffset = next
  }
}

/** As a consumer hides what was aborted; returns the next offset, or -1 without records. */
function countCommitted(
  records: Buffer,
  abortedTransactions: readonly { readonly producerId: number; readonly firstOffset: number }[],
  counts: Map<number, number>,
): number {
  let next = -1
  const aborted = abortedTransactions.toSorted((a, b) => a.firstOffset - b.firstOffset)
  const hidden = new Set<number>()
  for (const at of batchPositions(records)) {
    next = header.lastOffset(records, at) + 1
    while ((aborted[0]?.firstOffset ?? next) < next) hidden.add(aborted.shift()?.producerId ?? -1)
    const producerId = header.producerId(records, at)
    if (header.isControl(records, at)) hidden.delete(producerId)
    else if (!hidden.has(producerId)) {
      for (const { value } of readRecords(records, at, fetchBytes))
        counts.set(Number(value), (counts.get(Number(value)) ?? 0) + 1)
    }
  }
  return next
}

async function committedOffset(connection: BrokerConnection): Promise<number> {
  let offset = -1
  await passes('the offsets of transactions can be fetched', async () => {
    const asked = { key: '', keyType: 0, coordinatorKeys: [groupId] }
    const found = await connection.request('FindCoordinator', asked)
    const code = found.coordinators[0]?.errorCode ?? found.errorCode
    if (code !== 0) return code
    const topics = [{ name: transactionsTopic, partitionIndexes: [0] }]
    const response = await connection.request(
      'OffsetFetch',
      { groupId, topics, groups: [] },
      { maxVersion: 7 },
    )
    const answer = response.topics[0]?.partitions[0]
    offset = answer?.committedOffset ?? -1
    return response.errorCode !== 0 ? response.errorCode : (answer?.errorCode ?? 0)
  })
  return offset
}
