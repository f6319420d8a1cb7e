import type { Prng } from '../../src/env/sim/prng.ts'
import { sleep } from '../crash/connect.ts'
import type { Operation, Step } from './history.ts'
import { keyOf } from './history-client.ts'
import { byKey } from './recorder.ts'
import {
  PartitionsMovedError,
  type TransactionClient,
  type TransactionSession,
} from './transaction-client.ts'
import { closeWithin, newValues, type Scene } from './workers.ts'

const stepsMax = 4
const closeMs = 5000
/** Longer than any client waits by itself. */
const callMs = 25_000

/** How a transaction is to end. `zombie`: another instance takes its id over, and then it tries to commit all the same. */
type End = 'commit' | 'abort' | 'crash' | 'zombie' | 'pause'

/** Transactions of sends and polls, one after another, until the load is over. */
export async function transact(
  client: TransactionClient,
  id: number,
  groupId: string,
  scene: Scene,
): Promise<void> {
  const worker = new TransactionWorker(client, `${client.name}-txn-${id}`, groupId, scene)
  await worker.run()
}

class TransactionWorker {
  readonly #client: TransactionClient
  readonly #process: string
  readonly #groupId: string
  readonly #scene: Scene
  readonly #random: Prng
  #session: TransactionSession | null = null
  /** Of the instance before, if it was only thought to be dead: what it will still try. */
  #zombie: (() => Promise<void>) | null = null

  constructor(client: TransactionClient, process: string, groupId: string, scene: Scene) {
    this.#client = client
    this.#process = process
    this.#groupId = groupId
    this.#scene = scene
    this.#random = scene.random.fork(process)
  }

  async run(): Promise<void> {
    const { over, complaint, recorder } = this.#scene
    while (!over()) {
      try {
        this.#session ??= await this.#open()
      } catch (error) {
        complaint(this.#process, error)
        await sleep(200)
        continue
      }
      const session = this.#session
      const keep = await this.#transaction(session)
      if (!keep && this.#session === session) {
        await this.#leave(session, this.#random.chance(0.5))
        this.#session = null
        recorder.event(this.#process, 'crash')
      }
      await sleep(this.#random.below(20))
    }
    await this.#zombie?.()
    if (this.#session !== null) await closeWithin(this.#session)
  }

  async #open(): Promise<TransactionSession> {
    const { port, topics, partitions, recorder } = this.#scene
    const opening = this.#client.open({
      port,
      transactionalId: `${topics.join()}-${this.#process}`,
      groupId: this.#groupId,
      topics,
      partitions,
      moved: (how) => recorder.event(this.#process, how),
    })
    try {
      return timed(await timedOut(opening, 'open'))
    } catch (error) {
      // One that comes late must not fence the one that comes instead of it for long.
      void opening.then((session) => session.crash()).catch(() => {})
      throw error
    }
  }

  /** False when the session is to be replaced. */
  async #transaction(session: TransactionSession): Promise<boolean> {
    const { recorder } = this.#scene
    const run = new Run(recorder.now())
    const done = (type: Operation['type']): void => {
      const { steps, startMs, commitMs } = run
      const { process, groupId: group } = { process: this.#process, groupId: this.#groupId }
      recorder.add({
        process,
        type,
        f: 'txn',
        steps,
        startMs,
        endMs: recorder.now(),
        ...(run.polled ? { group } : {}),
        ...(commitMs === null ? {} : { commitMs }),
      })
    }
    const end = this.#endOf(session)
    try {
      await session.begin()
      await this.#steps(session, run)
      if (run.polled) await session.sendOffsets()
      await this.#zombie?.()
    } catch (error) {
      this.#scene.complaint(this.#process, error)
      const aborted = await this.#abort(session)
      const passing = error instanceof PartitionsMovedError
      // Its end was never asked for, or as an abort: it can not be committed any more by anybody.
      done('fail')
      return aborted && passing
    }
    switch (end) {
      case 'abort': {
        const aborted = await this.#abort(session)
        done('fail')
        return aborted
      }
      case 'crash':
        await this.#leave(session, true)
        done('fail')
        this.#session = null
        recorder.event(this.#process, 'crash')
        return true
      case 'zombie':
        await this.#takeOver(session, run, done)
        return true
      case 'pause':
      case 'commit': {
        if (end === 'pause') await session.pause?.(500 + this.#random.below(7000))
        run.commitMs = recorder.now()
        const error = await failure(session.commit())
        done(error === null ? 'ok' : 'info')
        if (error !== null) this.#scene.complaint(this.#process, error)
        return error === null
      }
    }
  }

  #endOf(session: TransactionSession): End {
    const dice = this.#random.below(1000)
    if (dice < 150) return 'abort'
    if (dice < 165) return 'crash'
    if (dice < 185) return 'zombie'
    if (dice < 200 && session.pause !== null) return 'pause'
    return 'commit'
  }

  async #steps(session: TransactionSession, run: Run): Promise<void> {
    const { topics, partitions, recorder } = this.#scene
    const count = 1 + this.#random.below(stepsMax)
    for (let i = 0; i < count || !run.sent; i++) {
      if (this.#random.chance(0.4)) {
        const records = await session.poll()
        if (records.length > 0) run.steps.push({ kind: 'poll', reads: byKey(records), atMs: recorder.now() })
        continue
      }
      const topic = topics[this.#random.below(topics.length)] ?? ''
      const partition = this.#random.below(partitions)
      const key = keyOf(topic, partition)
      const values = newValues(1 + this.#random.below(3))
      const at = run.steps.length
      const note = (offsets: readonly (number | null)[]): void => {
        const steps = values.map((value, i): Step => ({
          kind: 'send',
          key,
          value,
          offset: offsets[i] ?? null,
        }))
        run.steps.splice(at, values.length, ...steps)
      }
      // They may be in the log before anybody says so.
      note([])
      note(await session.send(topic, partition, values))
    }
  }

  /**
   * The instance that comes ends what is open here: from then on nothing of it may be committed. The one before wakes up in the middle
   * of the next transaction.
   */
  async #takeOver(
    session: TransactionSession,
    run: Run,
    done: (type: Operation['type']) => void,
  ): Promise<void> {
    const { recorder, complaint, topics, partitions, over } = this.#scene
    await within(session.releaseConsumer())
    this.#session = null
    while (this.#session === null && !over()) {
      try {
        this.#session = await this.#open()
      } catch (error) {
        complaint(this.#process, error)
        await sleep(200)
      }
    }
    if (this.#session === null) {
      await this.#leave(session, true)
      done('fail')
      return
    }
    this.#zombie = async () => {
      this.#zombie = null
      const [topic, partition, values] = [topics[0] ?? '', this.#random.below(partitions), newValues(1)]
      if (this.#random.chance(0.5)) {
        run.steps.push({ kind: 'send', key: keyOf(topic, partition), value: values[0] ?? -1, offset: null })
        await failure(session.send(topic, partition, values))
      }
      run.commitMs = recorder.now()
      const error = await failure(session.commit())
      await this.#leave(session, true)
      done(error === null ? 'ok' : 'fail')
    }
  }

  async #abort(session: TransactionSession): Promise<boolean> {
    const error = await failure(session.abort())
    if (error !== null) this.#scene.complaint(this.#process, error)
    return error === null
  }

  #leave(session: TransactionSession, crash: boolean): Promise<void> {
    return within(crash ? session.crash() : session.close())
  }
}

/** One transaction as far as it has come. */
class Run {
  readonly steps: Step[] = []
  readonly startMs: number
  commitMs: number | null = null

  constructor(startMs: number) {
    this.startMs = startMs
  }

  get polled(): boolean {
    return this.steps.some(({ kind }) => kind === 'poll')
  }

  get sent(): boolean {
    return this.steps.some(({ kind }) => kind === 'send')
  }
}

/** Why it failed, or null. */
function failure(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => null,
    (error: unknown) => error ?? new Error('rejected without a reason'),
  )
}

/** Leaving must not be able to hold the run up. */
async function within(work: Promise<void>): Promise<void> {
  await Promise.race([failure(work), sleep(closeMs)])
}

/** A client that does not answer at all is one that has failed. */
async function timedOut<T>(work: Promise<T>, what: string): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => reject(new Error(`${what} has not ended after ${callMs} ms`)), callMs)
  try {
    return await Promise.race([work, promise])
  } finally {
    clearTimeout(timer)
  }
}

function timed(session: TransactionSession): TransactionSession {
  return {
    begin: () => timedOut(session.begin(), 'begin'),
    send: (topic, partition, values) => timedOut(session.send(topic, partition, values), 'send'),
    poll: () => timedOut(session.poll(), 'poll'),
    sendOffsets: () => timedOut(session.sendOffsets(), 'sendOffsets'),
    commit: () => timedOut(session.commit(), 'commit'),
    abort: () => timedOut(session.abort(), 'abort'),
    releaseConsumer: () => session.releaseConsumer(),
    crash: () => session.crash(),
    close: () => session.close(),
    pause: session.pause,
  }
}
