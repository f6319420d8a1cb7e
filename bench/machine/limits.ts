import { execFileSync } from 'node:child_process'
import { closeSync, fdatasyncSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { randomFillSync } from 'node:crypto'
import { crc32c } from '../../src/util/crc32c.ts'
import type { LatencySummary } from '../load/histogram.ts'
import { Histogram } from '../load/histogram.ts'
import { openEcho } from './loopback.ts'

/** What the machine itself could do at the time of the measurements; no server can be faster. */
export interface MachineLimits {
  /** One TCP connection over loopback, from one thread to another, in GB/s. */
  readonly loopback: number
  /** A message of 1 KB there and back, one after the other. */
  readonly pingPong: LatencySummary
  /** The same at 1,000 a second, from the time at which each was due: the floor of the latency benchmarks. */
  readonly paced: LatencySummary
  /** GB/s on one core. */
  readonly crc: number
  readonly copy: number
  /** 4 KB written and made durable: at the end of a growing file, and over what was there. */
  readonly syncAppended: LatencySummary
  readonly syncOverwritten: LatencySummary
  /** GB/s of one file, fdatasync included, and read past the page cache. */
  readonly diskWrite: number
  readonly diskRead: number
}

/** Measures for some seconds, with files in `directory`. */
export async function measureLimits(directory: string): Promise<MachineLimits> {
  mkdirSync(directory, { recursive: true })
  const file = join(directory, 'limits')
  try {
    const loopback = await measureLoopback()
    const { diskWrite, diskRead } = measureDisk(file)
    const syncOverwritten = measureSync(file, 'r+')
    rmSync(file)
    return {
      ...loopback,
      crc: rate(64 << 10, 8192, (block) => void crc32c(block)),
      copy: rate(64 << 20, 16, copyInto(Buffer.alloc(64 << 20))),
      syncAppended: measureSync(file, 'w'),
      syncOverwritten,
      diskWrite,
      diskRead,
    }
  } finally {
    rmSync(file, { force: true })
  }
}

export function formatLimits(limits: MachineLimits): string {
  const { paced } = limits
  return [
    'This machine, just now (p50/p99):',
    `loopback ${limits.loopback.toFixed(1)} GB/s, ping-pong ${microseconds(limits.pingPong)},`,
    `echo at 1,000/s ${microseconds(paced)} (p99.9 ${paced.p999.toFixed(1)} ms)`,
    `\nCRC-32C ${limits.crc.toFixed(1)} GB/s, memory copy ${limits.copy.toFixed(1)} GB/s;`,
    `fdatasync of 4 KB appended ${microseconds(limits.syncAppended)}, overwritten ${microseconds(limits.syncOverwritten)};`,
    `disk write ${limits.diskWrite.toFixed(2)} GB/s, read ${limits.diskRead.toFixed(2)} GB/s`,
  ].join(' ')
}

function microseconds({ p50, p99 }: LatencySummary): string {
  return `${Math.round(p50 * 1000)}/${Math.round(p99 * 1000)} µs`
}

async function measureLoopback(): Promise<Pick<MachineLimits, 'loopback' | 'pingPong' | 'paced'>> {
  const echo = await openEcho()
  try {
    return {
      loopback: await echo.stream(1e9),
      pingPong: await echo.pingPong(3000),
      paced: await echo.paced(1000, 3000),
    }
  } finally {
    await echo.close()
  }
}

/** GB/s of an operation over blocks of random bytes, after a few unmeasured calls. */
function rate(blockBytes: number, blocks: number, operation: (block: Buffer) => void): number {
  const block = randomFillSync(Buffer.alloc(blockBytes))
  for (let index = 0; index < 3; index++) operation(block)
  const startedAt = performance.now()
  for (let index = 0; index < blocks; index++) operation(block)
  return (blocks * blockBytes) / 1e6 / (performance.now() - startedAt)
}

function copyInto(target: Buffer): (block: Buffer) => void {
  return (block) => void block.copy(target)
}

const DISK_BYTES = 512 << 20

function measureDisk(file: string): { diskWrite: number; diskRead: number } {
  const block = randomFillSync(Buffer.alloc(1 << 20))
  const fd = openSync(file, 'w')
  const startedAt = performance.now()
  for (let written = 0; written < DISK_BYTES; written += block.length) writeSync(fd, block)
  fdatasyncSync(fd)
  const diskWrite = DISK_BYTES / 1e6 / (performance.now() - startedAt)
  closeSync(fd)
  const readAt = performance.now()
  execFileSync('dd', [`if=${file}`, 'of=/dev/null', 'bs=1M', 'iflag=direct'], { stdio: 'ignore' })
  return { diskWrite, diskRead: DISK_BYTES / 1e6 / (performance.now() - readAt) }
}

function measureSync(file: string, flags: 'w' | 'r+'): LatencySummary {
  const block = randomFillSync(Buffer.alloc(4096))
  const fd = openSync(file, flags)
  const histogram = new Histogram()
  for (let index = 0; index < 500; index++) {
    const startedAt = performance.now()
    writeSync(fd, block)
    fdatasyncSync(fd)
    histogram.add(performance.now() - startedAt)
  }
  closeSync(fd)
  return histogram.summary()
}
