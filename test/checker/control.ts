import type { Prng } from '../../src/env/sim/prng.ts'
import type { FaultPlan } from '../crash/fault-plan.ts'
import { check } from './check.ts'
import { FaultyServer } from './faulty-server.ts'
import { Recorder } from './recorder.ts'
import { playRound, type Workload } from './round.ts'
import { type TransactionBug, transactionBugs } from './transaction-bugs.ts'

/** A bug that the checker must find, or it proves nothing. */
export interface PlantedInServer {
  readonly name: string
  readonly workload: Workload
  readonly plan: FaultPlan
}

const roundSeconds = 4
/** About every second round has a kill that costs an acknowledged record, and the first that shows it is the last. */
const roundsMax = 20

const lazyWal: PlantedInServer = {
  name: 'the WAL holds its last write back',
  workload: 'plain',
  plan: { defect: 'lazy-wal' },
}

const quickBugs: readonly TransactionBug[] = [
  'open transactions are shown',
  'abort markers are lost',
  'fenced producers are let in',
]

export function plantedInChecker(workloads: readonly Workload[], quick: boolean): PlantedInServer[] {
  const names = Object.keys(transactionBugs) as TransactionBug[]
  const bugs = quick ? quickBugs : names
  const all = [
    lazyWal,
    ...bugs.map((bug) => ({ name: bug, workload: 'transactions' as const, plan: { bug } })),
  ]
  return all.filter(({ workload }) => workloads.includes(workload))
}

/** The anomalies that were found in short rounds against a server with the bug; none after all of them. */
export async function findsPlantedBug(
  { workload, plan }: PlantedInServer,
  { dataDirectory, port, random }: { dataDirectory: string; port: number; random: Prng },
): Promise<string[]> {
  let server: FaultyServer | null = null
  try {
    server = await FaultyServer.start(dataDirectory, port, plan, random.fork('faults'))
    for (let number = 0; number < roundsMax; number++) {
      const recorder = new Recorder(`${dataDirectory}-history.jsonl`)
      const stuck = await playRound({
        number,
        workload,
        seconds: roundSeconds,
        server,
        recorder,
        random: random.fork(`round ${number}`),
        // The clients in this process are enough, and begin faster.
        python: null,
        openMsMax: 8000,
        complaint: () => {},
      })
      const { forbidden } = check(recorder.operations)
      const found = [...forbidden, ...stuck.slice(0, 1)]
      if (found.length > 0) return found
    }
    return []
  } catch (error) {
    if (error instanceof Error && error.message.startsWith('the server did not start'))
      return ['it did not recover']
    throw error
  } finally {
    await server?.stop()
  }
}
