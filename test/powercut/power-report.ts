import { type Finding, type FindingKind, findingKinds } from '../crash/compare.ts'
import type { CheckResult } from '../crash/workload.ts'

interface VariantCounts {
  recoveries: number
  acknowledged: number
  read: number
  /** Records and offsets that were lost where the settings allow it. */
  allowed: number
  slowestMs: number
}

const findingsShown = 20

export class PowerReport {
  readonly #quiet: boolean
  readonly #variants = new Map<string, VariantCounts>()
  readonly #kinds = new Map<FindingKind, number>()
  #again = 0
  findings = 0

  /** A quiet one does not say what it finds at once. */
  constructor(quiet = false) {
    this.#quiet = quiet
  }

  get images(): number {
    return [...this.#variants.values()].reduce((sum, { recoveries }) => sum + recoveries, 0)
  }

  recovered(variant: string, ms: number): void {
    const counts = this.#counts(variant)
    counts.recoveries += 1
    counts.slowestMs = Math.max(counts.slowestMs, ms)
  }

  cutAgain(): void {
    this.#again += 1
  }

  checked(variant: string, result: CheckResult, allowed: number): void {
    const counts = this.#counts(variant)
    counts.acknowledged += result.acknowledged
    counts.read += result.read
    counts.allowed += allowed
    this.add(result.findings)
  }

  add(findings: readonly Finding[]): void {
    for (const { kind, where, detail } of findings) {
      this.findings += 1
      this.#kinds.set(kind, (this.#kinds.get(kind) ?? 0) + 1)
      if (!this.#quiet && this.findings <= findingsShown)
        process.stdout.write(`FOUND ${kind}: ${where}: ${detail}\n`)
    }
  }

  summary(): string {
    return [...this.#kinds].map(([kind, count]) => `${kind} ${count}`).join(', ')
  }

  progress(images: number): string {
    const acknowledged = [...this.#variants.values()].reduce((sum, counts) => sum + counts.acknowledged, 0)
    return `${this.images}/${images} images recovered, ${acknowledged} acknowledged records checked, ${this.findings} findings`
  }

  table(): string {
    const row = (cells: readonly (string | number)[]): string =>
      cells
        .map((cell, index) => (index === 0 ? String(cell).padEnd(58) : String(cell).padStart(12)))
        .join(' ')
    const lines = [row(['variant', 'images', 'acknowledged', 'read', 'lost by right', 'slowest ms'])]
    for (const [name, { recoveries, acknowledged, read, allowed, slowestMs }] of this.#variants) {
      lines.push(row([name, recoveries, acknowledged, read, allowed, Math.round(slowestMs)]))
    }
    const zeros = findingKinds.map((kind) => `${kind} ${this.#kinds.get(kind) ?? 0}`).join(', ')
    return [
      ...lines,
      '',
      `images ${this.images}, of them cut during the recovery from another cut ${this.#again}`,
      zeros,
      '',
    ].join('\n')
  }

  #counts(variant: string): VariantCounts {
    let counts = this.#variants.get(variant)
    if (counts === undefined) {
      counts = { recoveries: 0, acknowledged: 0, read: 0, allowed: 0, slowestMs: 0 }
      this.#variants.set(variant, counts)
    }
    return counts
  }
}
