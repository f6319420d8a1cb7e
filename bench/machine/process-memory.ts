import { readFileSync } from 'node:fs'

/** Memory of a process that is in RAM, in bytes; `peak` is the most that it ever was. */
export interface ProcessMemory {
  readonly resident: number
  readonly peak: number
}

export function processMemory(pid: number): ProcessMemory {
  const status = readFileSync(`/proc/${pid}/status`, 'latin1')
  return { resident: kilobytes(status, 'VmRSS') * 1024, peak: kilobytes(status, 'VmHWM') * 1024 }
}

function kilobytes(status: string, field: string): number {
  return Number(new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1] ?? Number.NaN)
}
