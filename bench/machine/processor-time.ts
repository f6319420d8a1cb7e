import { readFileSync } from 'node:fs'

/** Length of the clock tick in which Linux reports processor time; 100 a second on all its platforms. */
const TICKS_PER_SECOND = 100

/** Processor time of a process with all its threads, in seconds. */
export interface ProcessorTime {
  readonly user: number
  readonly system: number
}

/** What a process has used since it started; throws when there is no such process. */
export function processorTimeOf(pid: number): ProcessorTime {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
  // The second field is the program's name in parentheses and may contain anything, so fields are counted behind it.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return { user: Number(fields[11]) / TICKS_PER_SECOND, system: Number(fields[12]) / TICKS_PER_SECOND }
}

/** What all processors of the machine were busy with since it started, in seconds; time stolen by the host beside it. */
export function machineTime(): { readonly busy: number; readonly stolen: number } {
  const line = readFileSync('/proc/stat', 'latin1').split('\n', 1)[0] ?? ''
  const [user = 0, nice = 0, system = 0, , , interrupt = 0, softInterrupt = 0, stolen = 0] = line
    .split(/\s+/)
    .slice(1)
    .map((text) => Number(text) / TICKS_PER_SECOND)
  return { busy: user + nice + system + interrupt + softInterrupt, stolen }
}
