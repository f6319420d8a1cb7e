import type { SystemName } from '../../bench/brokers/broker.ts'

export interface Context {
  /** A folder of its own, deleted after a success. */
  readonly folder: string
  readonly quick: boolean
  /** What is tested; the peer, to see whether a scenario is fair. */
  readonly system: SystemName
  say(line: string): void
}

/** One row of the table. */
export interface Case {
  readonly name: string
  /** Resolves with what was counted; rejects when something is not as it must be. */
  run(context: Context): Promise<string>
}

/** One kind of program, in one or several versions and modes. */
export interface Scenario {
  /** What `--only` takes. */
  readonly name: string
  readonly about: string
  readonly cases: readonly Case[]
}
