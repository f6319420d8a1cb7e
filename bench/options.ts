import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

/** What the command line asks for. */
export interface BenchOptions {
  /** Names of benchmarks; none lists them. */
  readonly names: readonly string[]
  readonly json: string | null
  readonly peer: 'kafka' | null
  /** Runs of each contestant that count; one more is made first and thrown away. */
  readonly rounds: number
  /** Length of the measured window of a run. */
  readonly seconds: number
  /** The checkout whose server is measured. */
  readonly root: string
  /** Holds the data of the servers; its contents are removed. */
  readonly dataDir: string
  /** Whether free memory is filled with page cache before the first run. */
  readonly fill: boolean
  /** Only cells whose name contains this. */
  readonly only: string | null
  /** Records that search is measured with. */
  readonly records: number
  /** More settings of this project's server. */
  readonly set: Readonly<Record<string, string>>
}

export const usage = `npm run bench -- [NAME…] [options]      without a name: lists the benchmarks; "all" runs all

  --peer kafka      runs Apache Kafka alternately on the same machine and prints ratios (needs Java 17 and Maven)
  --json FILE       writes every single measurement
  --rounds N        runs that count (3); one more is made first and thrown away
  --seconds S       measured length of a run (4)
  --records N       log records that search is measured with (1000000)
  --only TEXT       only the cells whose name contains TEXT
  --chronik DIR     measures the server of another checkout
  --set KEY=VALUE   a setting of that server; may be given several times
  --data DIR        where the servers keep their data (~/.cache/chronik-bench/data)
  --fill            fills free memory with page cache first: in a virtual machine memory that was free is slow once`

export function cacheDirectory(): string {
  return join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'chronik-bench')
}

/** Reads the command line; throws an Error with a message for the user. */
export function parseOptions(args: readonly string[]): BenchOptions {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      json: { type: 'string' },
      peer: { type: 'string' },
      rounds: { type: 'string', default: '3' },
      seconds: { type: 'string', default: '4' },
      records: { type: 'string', default: '1000000' },
      only: { type: 'string' },
      chronik: { type: 'string' },
      set: { type: 'string', multiple: true, default: [] },
      data: { type: 'string' },
      fill: { type: 'boolean', default: false },
    },
  })
  const { peer } = values
  if (peer !== undefined && peer !== 'kafka') throw new Error(`--peer ${peer}: the only peer is kafka`)
  return {
    names: positionals,
    json: values.json ?? null,
    peer: peer ?? null,
    rounds: positive('--rounds', values.rounds),
    seconds: positive('--seconds', values.seconds),
    records: positive('--records', values.records),
    root: resolve(values.chronik ?? fileURLToPath(new URL('..', import.meta.url))),
    dataDir: resolve(values.data ?? join(cacheDirectory(), 'data')),
    fill: values.fill,
    only: values.only ?? null,
    set: Object.fromEntries(values.set.map(pair)),
  }
}

function positive(name: string, text: string): number {
  const value = Number(text)
  if (Number.isFinite(value) && value > 0) return value
  throw new Error(`${name} ${text}: a number above 0 is needed`)
}

function pair(text: string): [name: string, value: string] {
  const at = text.indexOf('=')
  if (at <= 0) throw new Error(`--set ${text}: KEY=VALUE is needed`)
  return [text.slice(0, at), text.slice(at + 1)]
}
