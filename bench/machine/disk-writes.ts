import { readFileSync, statSync } from 'node:fs'

const SECTOR_BYTES = 512

/**
 * Bytes written so far to the device that a directory is on, by whoever it was; NaN where the device has no statistics. It is
 * not taken from /proc/PID/io, which counts a whole large page of the cache when a part of it changes: several times too much.
 */
export function deviceBytesWritten(directory: string): number {
  const { dev } = statSync(directory)
  // The encoding of device numbers in Linux: 12 bits of the major one, 20 of the minor one in two parts.
  const major = (dev >>> 8) & 0xfff
  const minor = (dev & 0xff) | ((dev >>> 12) & 0xfff00)
  for (const line of readFileSync('/proc/diskstats', 'latin1').split('\n')) {
    const fields = line.trim().split(/\s+/)
    if (Number(fields[0]) === major && Number(fields[1]) === minor) return Number(fields[9]) * SECTOR_BYTES
  }
  return Number.NaN
}
