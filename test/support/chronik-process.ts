import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

const CHRONIK = fileURLToPath(new URL('../../bin/chronik', import.meta.url))
const START_MS = 30_000
const STOP_MS = 30_000

/** A server in a process of its own, on free ports of loopback and on a data directory that goes when it does. */
export interface ChronikProcess extends AsyncDisposable {
  readonly kafka: string
  readonly http: string
  readonly dataDir: string
  /** Everything it has printed so far. */
  log(): string
}

/** Starts `bin/chronik` as a user would and waits until clients can connect. */
export async function startChronik(settings: readonly string[] = []): Promise<ChronikProcess> {
  const folder = mkdtempSync(join(tmpdir(), 'chronik-'))
  const readyFile = join(folder, 'ready.json')
  const dataDir = join(folder, 'data')
  const free = ['--kafka', '127.0.0.1:0', '--http', '127.0.0.1:0']
  const child = spawn(CHRONIK, [
    'start',
    '--data-dir',
    dataDir,
    '--ready-file',
    readyFile,
    ...free,
    ...settings,
  ])
  let printed = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (printed += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (printed += text))
  const ended = once(child, 'close')

  const stop = async (): Promise<void> => {
    const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS)
    if (child.exitCode === null) child.kill('SIGTERM')
    await ended
    clearTimeout(timer)
    rmSync(folder, { recursive: true, force: true })
    if (child.exitCode !== 0)
      throw new Error(`chronik ended with ${child.exitCode ?? child.signalCode}:\n${printed}`)
  }

  const deadline = Date.now() + START_MS
  while (!existsSync(readyFile)) {
    if (child.exitCode !== null || Date.now() > deadline) {
      await stop()
      throw new Error(`chronik was not ready in ${START_MS / 1000} s:\n${printed}`)
    }
    await sleep(50)
  }
  const ready = JSON.parse(readFileSync(readyFile, 'utf8')) as {
    readonly kafka: string
    readonly http: string
  }
  return { kafka: ready.kafka, http: ready.http, dataDir, log: () => printed, [Symbol.asyncDispose]: stop }
}
