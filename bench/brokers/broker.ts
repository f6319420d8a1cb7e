/** What is measured: this project's server, or the peer that it is compared with. */
export type SystemName = 'chronik' | 'kafka'

/** A server process under test. It belongs to whoever started it and is ended by `stop` or `kill`. */
export interface RunningBroker {
  readonly system: SystemName
  readonly pid: number
  readonly host: string
  readonly port: number
  /** Where it keeps its data, below the directory that it was given. */
  readonly dataDir: string
  /** Monotonic ms (`performance.now`) at which the process was started. */
  readonly startedAt: number
  /** An orderly stop; resolves when the process has ended. */
  stop(): Promise<void>
  /** SIGKILL; resolves when the process has ended. */
  kill(): Promise<void>
}

export interface BrokerSettings {
  /** Its files, its log and the ports that it had the first time and keeps. */
  readonly dataDir: string
  /** Settings by name, over the system's defaults. */
  readonly set: Readonly<Record<string, string>>
}
