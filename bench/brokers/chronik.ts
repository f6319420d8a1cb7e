import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { BrokerSettings, RunningBroker } from './broker.ts'
import { startBroker } from './broker-process.ts'

/** Starts this project's server; `root` is the checkout that it runs from, so that two versions can be compared. */
export function startChronik(root: string, { dataDir, set, port }: BrokerSettings): Promise<RunningBroker> {
  mkdirSync(dataDir, { recursive: true })
  const readyFile = join(dataDir, 'bench-ready.json')
  rmSync(readyFile, { force: true })
  const settings = Object.entries(set).flatMap(([name, value]) => ['--set', `${name}=${value}`])
  return startBroker({
    system: 'chronik',
    program: 'sh',
    args: [
      join(root, 'bin/chronik'),
      'start',
      ...['--data-dir', join(dataDir, 'data')],
      ...['--kafka', `127.0.0.1:${port}`],
      ...['--http', '127.0.0.1:0'],
      ...['--ready-file', readyFile],
      ...settings,
    ],
    host: '127.0.0.1',
    dataDir: join(dataDir, 'data'),
    logFile: join(dataDir, 'chronik.log'),
    isReady: (pid) => Promise.resolve(portFrom(readyFile, pid)),
  })
}

function portFrom(readyFile: string, pid: number): number | null {
  let text: string
  try {
    text = readFileSync(readyFile, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
    throw error
  }
  const facts = JSON.parse(text) as { readonly pid: number; readonly kafka: string }
  return facts.pid === pid ? Number(facts.kafka.slice(facts.kafka.lastIndexOf(':') + 1)) : null
}
