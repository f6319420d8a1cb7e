import type { BrokerConnection } from '../../src/client/broker-connection.ts'
import { errorCode, errorNameOf } from '../../src/protocol/errors.ts'
import type { Prng } from '../../src/env/sim/prng.ts'
import type { Finding } from './compare.ts'
import { isGone, sleep } from './connect.ts'

const prefix = 'crash-topic-'
/** Topics that exist at one time; then one is deleted for each that is made. */
const topicsMax = 12

interface TopicFacts {
  readonly partitions: number
  created: boolean
  deletion: 'none' | 'sent' | 'acknowledged'
}

/** Creates and deletes topics, and finds out what is left of that after a crash. */
export class TopicsWriter {
  readonly #random: Prng
  #topics = new Map<string, TopicFacts>()
  #next = 0
  #stopped = false
  acknowledged = 0

  constructor(random: Prng) {
    this.#random = random
  }

  fork(): TopicsWriter {
    const fork = new TopicsWriter(this.#random.fork('copy'))
    for (const [name, facts] of this.#topics) fork.#topics.set(name, { ...facts })
    return fork
  }

  /** What was sent since the fork may have happened as well. */
  allow(later: TopicsWriter): void {
    for (const [name, facts] of later.#topics) {
      const own = this.#topics.get(name)
      if (own === undefined) this.#topics.set(name, { ...facts, created: false })
      else if (own.deletion === 'none' && facts.deletion !== 'none') own.deletion = 'sent'
    }
    for (const [name, own] of this.#topics)
      if (!later.#topics.has(name) && own.deletion === 'none') own.deletion = 'sent'
  }

  async run(connection: BrokerConnection, pauseMs: number): Promise<void> {
    this.#stopped = false
    try {
      while (!this.#stopped) {
        const live = [...this.#topics].filter(([, facts]) => facts.created && facts.deletion === 'none')
        const [name] = live[this.#random.below(Math.max(live.length, 1))] ?? []
        if (name !== undefined && live.length >= topicsMax) await this.#delete(connection, name)
        else await this.#create(connection)
        await sleep(pauseMs)
      }
    } catch (error) {
      if (!isGone(error)) throw error
    }
  }

  stop(): void {
    this.#stopped = true
  }

  /** What was acknowledged must be there, or gone; and nothing else. */
  async check(connection: BrokerConnection): Promise<Finding[]> {
    const response = await connection.request('Metadata', { topics: null, allowAutoTopicCreation: false })
    const found = new Map<string, number>()
    for (const topic of response.topics) {
      if (topic.name?.startsWith(prefix) === true) found.set(topic.name, topic.partitions.length)
    }
    const findings: Finding[] = []
    for (const [name, facts] of this.#topics) {
      const partitions = found.get(name)
      found.delete(name)
      if (partitions === undefined) {
        if (facts.created && facts.deletion === 'none')
          findings.push({ kind: 'topic lost', where: name, detail: 'its creation was acknowledged' })
        if (facts.deletion !== 'none' || !facts.created) this.#topics.delete(name)
      } else if (facts.deletion === 'acknowledged') {
        findings.push({ kind: 'topic invented', where: name, detail: 'its deletion was acknowledged' })
      } else if (partitions !== facts.partitions) {
        findings.push({
          kind: 'topic lost',
          where: name,
          detail: `${partitions} of ${facts.partitions} partitions are there`,
        })
      } else {
        facts.created = true
        facts.deletion = 'none'
      }
    }
    for (const name of found.keys())
      findings.push({ kind: 'topic invented', where: name, detail: 'nobody created it' })
    return findings
  }

  async #create(connection: BrokerConnection): Promise<void> {
    const facts: TopicFacts = { partitions: 1 + this.#random.below(3), created: false, deletion: 'none' }
    const name = `${prefix}${this.#next++}`
    this.#topics.set(name, facts)
    await createTopic(connection, name, facts.partitions, {})
    facts.created = true
    this.acknowledged += 1
  }

  async #delete(connection: BrokerConnection, name: string): Promise<void> {
    const facts = this.#topics.get(name)
    if (facts === undefined) return
    facts.deletion = 'sent'
    const response = await connection.request(
      'DeleteTopics',
      { topics: [], topicNames: [name], timeoutMs: 30_000 },
      { maxVersion: 5 },
    )
    const code = response.responses[0]?.errorCode ?? 0
    if (code !== 0) throw new Error(`topic ${name} could not be deleted: ${errorNameOf(code)}`)
    facts.deletion = 'acknowledged'
    this.acknowledged += 1
  }
}

export async function createTopic(
  connection: BrokerConnection,
  name: string,
  numPartitions: number,
  configs: Readonly<Record<string, string>>,
): Promise<void> {
  const response = await connection.request('CreateTopics', {
    topics: [
      {
        name,
        numPartitions,
        replicationFactor: 1,
        assignments: [],
        configs: Object.entries(configs).map(([name, value]) => ({ name, value })),
      },
    ],
    timeoutMs: 30_000,
    validateOnly: false,
  })
  const answer = response.topics[0]
  // A creation that a crash cut off may have happened.
  if (answer?.errorCode === errorCode('TOPIC_ALREADY_EXISTS')) return
  if (answer === undefined || answer.errorCode !== 0) {
    throw new Error(
      `topic ${name} could not be created: ${errorNameOf(answer?.errorCode ?? -1)} ${answer?.errorMessage ?? ''}`,
    )
  }
}
