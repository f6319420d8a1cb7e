import { type Finding, type FindingKind, findingKinds } from './compare.ts'
import type { CrashPoint } from './crash-points.ts'
import type { CheckResult, Workload } from './workload.ts'

/** Where in the cycle the server died: while it started, while all was read back, under load, or by the timer. */
export type Death = 'start' | 'check' | 'load' | 'timer'

const findingsShown = 20
const randomMoment = 'a random moment'

/** Counts of a whole run, and the table in the end. */
export class CrashReport {
  readonly #deaths = new Map<string, Record<Death, number>>()
  readonly #kinds = new Map<FindingKind, number>()
  #starts = 0
  #checks = 0
  #acknowledged = 0
  #read = 0
  #repeated = 0
  #offsetCommits = 0
  #topicChanges = 0
  #transactions = 0
  #resumed = 0
  readonly #quiet: boolean
  cycles = 0
  findings = 0

  /** A quiet one does not say what it finds at once. */
  constructor(quiet = false) {
    this.#quiet = quiet
  }

  started(): void {
    this.#starts += 1
  }

  died(point: CrashPoint | null, death: Death): void {
    this.cycles += 1
    const name = point?.name ?? randomMoment
    const counts = this.#deaths.get(name) ?? { start: 0, check: 0, load: 0, timer: 0 }
    counts[death] += 1
    this.#deaths.set(name, counts)
  }

  checked(result: CheckResult): void {
    this.#checks += 1
    this.#acknowledged += result.acknowledged
    this.#read += result.read
    this.#repeated += result.repeated
    this.add(result.findings)
  }

  promised({ offsetCommits, topicChanges, transactions, resumed }: Workload['promises']): void {
    this.#offsetCommits += offsetCommits
    this.#topicChanges += topicChanges
    this.#transactions += transactions
    this.#resumed += resumed
  }

  add(findings: readonly Finding[]): void {
    for (const { kind, where, detail } of findings) {
      this.findings += 1
      this.#kinds.set(kind, (this.#kinds.get(kind) ?? 0) + 1)
      if (!this.#quiet && this.findings <= findingsShown)
        process.stdout.write(`FOUND ${kind}: ${where}: ${detail}\n`)
    }
  }

  /** Points of the table that no cycle has died at: what the run proves does not hold for them. */
  unreached(points: readonly CrashPoint[]): string[] {
    const names = points.map(({ name }) => name)
    return names.filter((name) => {
      const counts = this.#deaths.get(name)
      return counts === undefined || counts.start + counts.check + counts.load === 0
    })
  }

  summary(): string {
    return [...this.#kinds].map(([kind, count]) => `${kind} ${count}`).join(', ')
  }

  progress(cycle: number, cycles: number): string {
    return `${cycle}/${cycles} cycles, ${this.#starts} recoveries, ${this.#acknowledged} acknowledged records checked, ${this.findings} findings`
  }

  table(points: readonly CrashPoint[]): string {
    const lines = [
      `${'crash point'.padEnd(58)} ${'start'.padStart(6)} ${'check'.padStart(6)} ${'load'.padStart(6)} ${'missed'.padStart(6)}`,
    ]
    for (const name of [...points.map(({ name }) => name), randomMoment]) {
      const counts = this.#deaths.get(name) ?? { start: 0, check: 0, load: 0, timer: 0 }
      const missed = name === randomMoment ? 0 : counts.timer
      const load = name === randomMoment ? counts.load + counts.timer : counts.load
      lines.push(
        `${name.padEnd(58)} ${[counts.start, counts.check, load, missed].map((n) => String(n).padStart(6)).join(' ')}`,
      )
    }
    const zeros = findingKinds.map((kind) => `${kind} ${this.#kinds.get(kind) ?? 0}`).join(', ')
    return [
      ...lines,
      '',
      `kills ${this.cycles}, recoveries ${this.#starts}, read back in full ${this.#checks}`,
      `acknowledged records held against what was read ${this.#acknowledged} (read ${this.#read}; repeated by retries of plain producers ${this.#repeated})`,
      `acknowledged offset commits ${this.#offsetCommits}, topic changes ${this.#topicChanges}, committed transactions ${this.#transactions} (${this.#resumed} ended by a retry after the crash)`,
      zeros,
      '',
    ].join('\n')
  }
}
