import type { Scheduler } from '../../env/scheduler.ts'
import type { WorkerEvents, WorkerThread } from '../../env/worker.ts'
import { SearchError } from './engine-request.ts'
import { errorOf } from './failure.ts'
import type { FromWorker, ToWorker, WorkerAnswer, WorkerRequest, WorkerState } from './messages.ts'

const restartMinMs = 200
const restartMaxMs = 30_000

export interface WorkerClientOptions {
  readonly start: (events: WorkerEvents) => WorkerThread
  readonly scheduler: Scheduler
  /** A thread is there, the first or one in place of another: it knows of nothing yet. */
  readonly onStart: () => void
  readonly onDeath: (error: Error, pending: number) => void
  readonly onState: (state: WorkerState) => void
  readonly onLog: (entry: Extract<FromWorker, { kind: 'log' }>) => void
}

interface Pending {
  readonly resolve: (answer: WorkerAnswer) => void
  readonly reject: (error: Error) => void
}

/** One search worker as the engine sees it. A thread that dies is replaced; what it was asked then fails and may be asked again. */
export class WorkerClient {
  readonly #options: WorkerClientOptions
  readonly #pending = new Map<number, Pending>()
  #thread: WorkerThread | null = null
  #lastId = 0
  #restartMs = restartMinMs
  #stopped = false

  constructor(options: WorkerClientOptions) {
    this.#options = options
  }

  get pending(): number {
    return this.#pending.size
  }

  get running(): boolean {
    return this.#thread !== null
  }

  start(): void {
    if (this.#stopped || this.#thread !== null) return
    const thread = this.#options.start({
      onMessage: (message) => this.#receive(message as FromWorker),
      onExit: (error) => this.#exited(thread, error),
    })
    this.#thread = thread
    this.#options.onStart()
  }

  /** Lost when there is no thread; `onStart` tells when there is one again. */
  post(message: ToWorker): void {
    this.#thread?.post(message)
  }

  /**
   * A worker keeps to the time limit of a search itself. One that has not answered after `limitMs` hangs: it is ended, and replaced as
   * one that died.
   */
  request(request: WorkerRequest, limitMs = Infinity): Promise<WorkerAnswer> {
    const thread = this.#thread
    if (thread === null) return Promise.reject(unavailable())
    const id = ++this.#lastId
    const { promise, resolve, reject } = Promise.withResolvers<WorkerAnswer>()
    const timer = Number.isFinite(limitMs)
      ? this.#options.scheduler.after(limitMs, () => void thread.terminate())
      : null
    const settled = (): void => timer?.cancel()
    this.#pending.set(id, {
      resolve: (answer) => {
        settled()
        resolve(answer)
      },
      reject: (error) => {
        settled()
        reject(error)
      },
    })
    thread.post({ kind: 'request', id, request } satisfies ToWorker)
    return promise
  }

  /** Lets the thread finish what it has to write, for `graceMs` at most, and ends it. */
  async stop(graceMs: number): Promise<void> {
    this.#stopped = true
    const thread = this.#thread
    if (thread !== null) {
      const { promise: late, resolve } = Promise.withResolvers<void>()
      const timer = this.#options.scheduler.after(graceMs, resolve)
      // A thread that fails here has nothing that could not be made again.
      const stopped = this.request({ kind: 'stop' }).catch(() => {})
      await Promise.race([stopped, late])
      timer.cancel()
    }
    this.#thread = null
    await thread?.terminate()
    this.#rejectAll()
  }

  #receive(message: FromWorker): void {
    switch (message.kind) {
      case 'answer':
        this.#take(message.id)?.resolve(message.answer)
        break
      case 'failure':
        this.#take(message.id)?.reject(errorOf(message.failure))
        break
      case 'state':
        this.#restartMs = restartMinMs
        this.#options.onState(message.state)
        break
      case 'log':
        this.#options.onLog(message)
        break
      default:
        message satisfies never
    }
  }

  #take(id: number): Pending | undefined {
    const pending = this.#pending.get(id)
    this.#pending.delete(id)
    return pending
  }

  #exited(thread: WorkerThread, error: Error | null): void {
    if (this.#thread !== thread) return
    this.#thread = null
    this.#options.onDeath(error ?? new Error('the thread ended by itself'), this.#pending.size)
    this.#rejectAll()
    this.#options.scheduler.after(this.#restartMs, () => this.start())
    this.#restartMs = Math.min(this.#restartMs * 2, restartMaxMs)
  }

  #rejectAll(): void {
    for (const { reject } of this.#pending.values()) reject(unavailable())
    this.#pending.clear()
  }
}

function unavailable(): SearchError {
  return new SearchError(
    'unavailable',
    'search is not available at the moment: its worker thread is being restarted; retry in a second. The log of the server says why',
  )
}
