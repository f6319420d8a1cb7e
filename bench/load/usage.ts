import { processMemory } from '../machine/process-memory.ts'
import { machineTime, processorTimeOf } from '../machine/processor-time.ts'

/** Who used the machine in a time window: seconds of processor time, `elapsed` seconds of the clock, bytes. */
export interface Usage {
  readonly elapsed: number
  readonly brokerUser: number
  readonly brokerSystem: number
  /** The load generator itself. */
  readonly client: number
  /** Everything else on the machine, writeback by the kernel included. */
  readonly outside: number
  /** Time that the host gave to others. */
  readonly stolen: number
  /** The broker's memory at the end of the window. */
  readonly brokerResident: number
}

/** Starts a window now; the function that it returns ends it. It runs in the load generator, so that both ends are exact. */
export function beginUsage(brokerPid: number): () => Usage {
  const startedAt = performance.now()
  const broker = processorTimeOf(brokerPid)
  const client = process.cpuUsage()
  const machine = machineTime()
  return () => {
    const brokerNow = processorTimeOf(brokerPid)
    const clientUsed = process.cpuUsage(client)
    const machineNow = machineTime()
    const brokerUser = brokerNow.user - broker.user
    const brokerSystem = brokerNow.system - broker.system
    const own = (clientUsed.user + clientUsed.system) / 1e6
    return {
      elapsed: (performance.now() - startedAt) / 1000,
      brokerUser,
      brokerSystem,
      client: own,
      outside: Math.max(0, machineNow.busy - machine.busy - brokerUser - brokerSystem - own),
      stolen: machineNow.stolen - machine.stolen,
      brokerResident: processMemory(brokerPid).resident,
    }
  }
}
