import { type Address, formatAddress } from '../config/address.ts'
import type { Env } from '../env/env.ts'
import { packageVersion } from './package-version.ts'

export interface RunningSample {
  stop(): Promise<void>
}

/** Where the server that was started answers. */
export interface SampleTarget {
  readonly kafka: Address
  readonly http: Address
}

/** Begins to write sample data, and says so. A failure is told and stops nothing else. */
export function startSample(env: Env, { kafka, http }: SampleTarget): RunningSample {
  const tell = (error: unknown): void => {
    const reason = error instanceof Error ? error.message : String(error)
    process.stderr.write(`chronik: no more sample data is written: ${reason}\n`)
  }
  let stopped: Promise<void> | null = null
  const begun = (async () => {
    const { SampleWriter } = await import('../sample/sample-writer.ts')
    const writer = new SampleWriter(env, kafka, packageVersion, tell)
    const started = writer.start().then(({ history }) => {
      const past = `Sample data: ${history} records of the last 6 hours, and new ones all the time`
      process.stdout.write(
        `${history === 0 ? 'Sample data goes on' : past}; look at it on http://${formatAddress(http)}/\n`,
      )
    }, tell)
    return { writer, started }
  })()
  return {
    stop() {
      stopped ??= begun
        .then(({ writer, started }) => Promise.all([writer[Symbol.asyncDispose](), started]))
        .then(() => undefined)
      return stopped
    },
  }
}

/** On a terminal, a server without topics offers to fill itself: Enter is enough. */
export function offerSample(env: Env, target: SampleTarget, isEmpty: boolean): RunningSample | null {
  if (!isEmpty || !process.stdin.isTTY || !process.stdout.isTTY) return null
  process.stdout.write(
    '\nPress Enter for sample data: events and log lines of a web shop (or start with --sample).\n',
  )
  let sample: RunningSample | null = null
  const begin = (): void => {
    process.stdin.pause()
    sample = startSample(env, target)
  }
  process.stdin.once('data', begin)
  return {
    async stop() {
      process.stdin.off('data', begin)
      process.stdin.pause()
      await sample?.stop()
    },
  }
}
