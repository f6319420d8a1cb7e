import { analyses, type AnomalyName, type CheckResult } from './check.ts'
import type { Anomaly } from './anomaly.ts'
import type { History } from './history.ts'

const shownOfEach = 10

/** What came of all rounds so far. */
export class Summary {
  readonly #counts = new Map<string, number>()
  readonly #anomalies = new Map<AnomalyName, number>()
  readonly #forbidden = new Map<AnomalyName, Anomaly[]>()
  readonly #stuck: string[] = []
  readonly #complaints = new Map<string, number>()
  #operations = 0

  /** Whether there is nothing so far that must not be. */
  get sound(): boolean {
    return this.#forbidden.size === 0 && this.#stuck.length === 0
  }

  add(history: History, { anomalies, forbidden }: CheckResult, stuck: readonly string[]): void {
    this.#operations += history.length
    for (const { f, type } of history) increase(this.#counts, `${f} ${type}`)
    for (const [name, found] of anomalies) {
      this.#anomalies.set(name, (this.#anomalies.get(name) ?? 0) + found.length)
      if (forbidden.includes(name))
        this.#forbidden.set(name, [...(this.#forbidden.get(name) ?? []), ...found])
    }
    this.#stuck.push(...stuck)
  }

  /** Clients complain all the time while the server is killed; it is only counted. */
  complaint(process: string, error: unknown): void {
    const text = error instanceof Error ? error.message : String(error)
    // Without numbers, so that there are as many as there are kinds.
    increase(
      this.#complaints,
      `${process.replace(/-\d+$/, '')}: ${text.replaceAll(/\d+/g, '#')}`.slice(0, 300),
    )
  }

  text({ kills, pauses }: { readonly kills: number; readonly pauses: number }): string {
    const count = (...names: string[]): number =>
      names.reduce((sum, name) => sum + (this.#counts.get(name) ?? 0), 0)
    const lines = [
      `operations ${this.#operations}: sends ${count('send ok')} acknowledged and ${count('send info')} unknown, polls ${count('poll ok')}, new positions or clients ${count('assign ok', 'subscribe ok', 'crash ok')}`,
      `transactions ${count('txn ok')} committed, ${count('txn fail')} aborted, ${count('txn info')} unknown`,
      `faults: ${kills} kill -9 with restart, ${pauses} pauses`,
    ]
    let name: AnomalyName
    for (name in analyses) {
      const forbidden = this.#forbidden.get(name)
      lines.push(
        `${name.padEnd(24)} ${String(this.#anomalies.get(name) ?? 0).padStart(8)}${forbidden === undefined ? '' : '  FORBIDDEN'}`,
        ...(forbidden ?? []).slice(0, shownOfEach).map(({ key, detail }) => `    ${key}: ${detail}`),
      )
    }
    for (const place of this.#stuck) lines.push(`STUCK ${place}`)
    for (const [complaint, times] of [...this.#complaints].toSorted((a, b) => b[1] - a[1]).slice(0, 15))
      lines.push(`  ${times} x ${complaint}`)
    return lines.join('\n')
  }
}

function increase(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1)
}
