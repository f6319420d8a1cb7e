/**
 * Records what clients send and read, by themselves and in transactions, while the server is killed, restarted and paused, and clients
 * die; then looks for anomalies in that history. The clients are our own, kafkajs, @platformatic/kafka and confluent-kafka (librdkafka),
 * so that a mistake of one is not taken for the server's.
 *
 *   npm run test:checker -- [--quick] [--seconds 300] [--seed 1] [--workload plain|transactions] [--keep]
 *
 * The time is spent in rounds of at most a minute, each with topics and a history of its own, so memory does not grow with it. Last come
 * the controls, short runs against servers with a planted bug, in which anomalies must be found.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { Prng } from '../../src/env/sim/prng.ts'
import { installPython } from '../clients/install.ts'
import { freePort } from '../crash/server-process.ts'
import { check } from './check.ts'
import { findsPlantedBug, plantedInChecker } from './control.ts'
import { FaultyServer } from './faulty-server.ts'
import { Recorder } from './recorder.ts'
import { playRound, type Workload } from './round.ts'
import { Summary } from './summary.ts'

const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    seconds: { type: 'string' },
    seed: { type: 'string', default: '1' },
    workload: { type: 'string' },
    keep: { type: 'boolean', default: false },
  },
})
const roundSecondsMax = 60
const seconds = Number(options.seconds ?? (options.quick ? 26 : 300))
const random = new Prng(`checker ${options.seed}`)
const directory = mkdtempSync(join(tmpdir(), 'chronik-checker-'))
const port = await freePort(27_000)
const say = (line: string): void => void process.stdout.write(`${line}\n`)
const workloads: readonly Workload[] =
  options.workload === 'plain' || options.workload === 'transactions'
    ? [options.workload]
    : ['plain', 'transactions']
const python = await installPython(join(import.meta.dirname, '../clients/python/requirements.txt'))

const summary = new Summary()
const server = await FaultyServer.start(join(directory, 'data'), port, {}, random.fork('faults'))
const rounds = Math.max(workloads.length, Math.ceil(seconds / roundSecondsMax))
for (let number = 0; number < rounds && summary.sound; number++) {
  const workload = workloads[number % workloads.length] ?? 'plain'
  const historyPath = join(directory, `history-${number}.jsonl`)
  const recorder = new Recorder(historyPath)
  const stuck = await playRound({
    number,
    workload,
    seconds: seconds / rounds,
    server,
    recorder,
    random: random.fork(`round ${number}`),
    python,
    complaint: (process, error) => summary.complaint(process, error),
  })
  recorder.flush()
  const startedMs = performance.now()
  summary.add(recorder.operations, check(recorder.operations), stuck)
  say(
    `round ${number + 1}/${rounds}, ${workload}: ${recorder.operations.length} operations, checked in ${Math.round(performance.now() - startedMs)} ms`,
  )
  if (summary.sound && !options.keep) rmSync(historyPath)
  else say(`history: ${historyPath}`)
}
await server.stop()
say(summary.text(server.faults))

let controlsFound = true
if (summary.sound) {
  for (const planted of plantedInChecker(workloads, options.quick)) {
    const dataDirectory = join(directory, `control-${planted.name.replaceAll(' ', '-')}`)
    const found = await findsPlantedBug(planted, { dataDirectory, port, random: random.fork(planted.name) })
    controlsFound &&= found.length > 0
    say(
      found.length > 0
        ? `control: found that ${planted.name} (${found.join(', ')})`
        : `control: DID NOT FIND that ${planted.name}`,
    )
    rmSync(dataDirectory, { recursive: true, force: true })
  }
}
if (summary.sound && controlsFound && !options.keep) rmSync(directory, { recursive: true })
else say(`all of it is kept in ${directory}; seed ${options.seed}`)
process.exit(summary.sound && controlsFound ? 0 : 1)
