import type { BrokerConnection } from '../../src/client/broker-connection.ts'
import { errorNameOf } from '../../src/protocol/errors.ts'
import type { Finding } from './compare.ts'
import { isGone, Patience, sleep } from './connect.ts'
import { crashGroup } from './crash-points.ts'

/** Versions up to 7 have one group in the request, up to 9 names instead of topic ids. */
const commitVersion = 9
const fetchVersion = 7

/** Commits rising offsets for a group without members, and finds out what is left of them after a crash. */
export class OffsetsWriter {
  readonly #topic: string
  readonly #partitions: number
  /** The last commit that was sent, and the last that was acknowledged; 0 for none. */
  #attempted = 0
  #acknowledged = 0
  #stopped = false

  constructor(topic: string, partitions: number) {
    this.#topic = topic
    this.#partitions = partitions
  }

  get acknowledged(): number {
    return this.#acknowledged
  }

  fork(): OffsetsWriter {
    const fork = new OffsetsWriter(this.#topic, this.#partitions)
    fork.#attempted = this.#attempted
    fork.#acknowledged = this.#acknowledged
    return fork
  }

  /** What was sent since the fork may have arrived as well. */
  allow(later: OffsetsWriter): void {
    this.#attempted = later.#attempted
  }

  async run(connection: BrokerConnection, pauseMs: number): Promise<void> {
    this.#stopped = false
    try {
      await findCoordinator(connection)
      while (!this.#stopped) {
        await this.#commit(connection)
        await sleep(pauseMs)
      }
    } catch (error) {
      if (!isGone(error)) throw error
    }
  }

  stop(): void {
    this.#stopped = true
  }

  /** Every partition must have the last acknowledged commit, or a later one that was sent. */
  async check(connection: BrokerConnection): Promise<Finding[]> {
    if (this.#attempted === 0) return []
    await findCoordinator(connection)
    const partitionIndexes = Array.from({ length: this.#partitions }, (_, index) => index)
    const patience = new Patience()
    for (;;) {
      patience.check('offsets can not be fetched')
      const response = await connection.request(
        'OffsetFetch',
        { groupId: crashGroup, topics: [{ name: this.#topic, partitionIndexes }], groups: [] },
        { maxVersion: fetchVersion },
      )
      const answers = response.topics[0]?.partitions ?? []
      const failed = answers.find(({ errorCode }) => errorCode !== 0)?.errorCode ?? response.errorCode
      if (failed !== 0) {
        waitingOrThrow(failed)
        await sleep(20)
        continue
      }
      return this.#compare(answers)
    }
  }

  #compare(
    answers: readonly { readonly partitionIndex: number; readonly committedOffset: number }[],
  ): Finding[] {
    const findings: Finding[] = []
    for (let partition = 0; partition < this.#partitions; partition++) {
      const offset = answers.find(({ partitionIndex }) => partitionIndex === partition)?.committedOffset ?? -1
      const where = `${crashGroup} ${this.#topic}-${partition}`
      const detail = `committed ${offset}, acknowledged up to ${this.#acknowledged}, sent up to ${this.#attempted}`
      if (offset < this.#acknowledged && this.#acknowledged > 0)
        findings.push({ kind: 'offsets lost', where, detail })
      if (offset > this.#attempted) findings.push({ kind: 'offsets invented', where, detail })
    }
    return findings
  }

  async #commit(connection: BrokerConnection): Promise<void> {
    this.#attempted += 1
    const offset = this.#attempted
    const partitions = Array.from({ length: this.#partitions }, (_, partitionIndex) => ({
      partitionIndex,
      committedOffset: offset,
      committedMetadata: `commit ${offset}`,
    }))
    const response = await connection.request(
      'OffsetCommit',
      {
        groupId: crashGroup,
        generationIdOrMemberEpoch: -1,
        memberId: '',
        topics: [{ name: this.#topic, partitions }],
      },
      { maxVersion: commitVersion },
    )
    const failed = response.topics[0]?.partitions.find(({ errorCode }) => errorCode !== 0)?.errorCode ?? 0
    if (failed === 0) this.#acknowledged = offset
    else waitingOrThrow(failed)
  }
}

function waitingOrThrow(code: number): void {
  const name = errorNameOf(code)
  if (
    name !== 'COORDINATOR_LOAD_IN_PROGRESS' &&
    name !== 'COORDINATOR_NOT_AVAILABLE' &&
    name !== 'NOT_COORDINATOR'
  ) {
    throw new Error(`the group coordinator answered ${name}`)
  }
}

/** Asking for the coordinator makes the broker create the offsets topic when it has none. */
async function findCoordinator(connection: BrokerConnection): Promise<void> {
  const patience = new Patience()
  for (;;) {
    patience.check('the group has no coordinator')
    const response = await connection.request('FindCoordinator', {
      key: '',
      keyType: 0,
      coordinatorKeys: [crashGroup],
    })
    const code = response.coordinators[0]?.errorCode ?? response.errorCode
    if (code === 0) return
    waitingOrThrow(code)
    await sleep(20)
  }
}
