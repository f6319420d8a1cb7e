import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { BrokerSettings, RunningBroker } from './broker.ts'
import { startBroker } from './broker-process.ts'
import { keptPorts } from './ports.ts'

/** Starts this project's server; `root` is the checkout that it runs from, so that two versions can be compared. */
export async function startChronik(root: string, { dataDir, set }: BrokerSettings): Promise<RunningBroker> {
  mkdirSync(dataDir, { recursive: true })
  const data = join(dataDir, 'data')
  const readyFile = join(dataDir, 'ready.json')
  const [port] = await keptPorts(dataDir, 1)
  const args = [join(root, 'bin/chronik'), 'start', '--data-dir', data, '--ready-file', readyFile]
  args.push('--kafka', `127.0.0.1:${port}`, '--http', '127.0.0.1:0')
  for (const [name, value] of Object.entries(set)) args.push('--set', `${name}=${value}`)
  rmSync(readyFile, { force: true })
  return startBroker({
    system: 'chronik',
    program: 'sh',
    args,
    host: '127.0.0.1',
    dataDir: data,
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
  // The server writes the file in this form.
  const facts = JSON.parse(text) as { readonly pid: number; readonly kafka: string }
  return facts.pid === pid ? Number(facts.kafka.slice(facts.kafka.lastIndexOf(':') + 1)) : null
}
