/**
 * Kills the server again and again, at named crash points and at random moments, under load from idempotent and plain producers,
 * and reads everything back after each start: nothing acknowledged may be lost, nothing invented, nothing duplicated.
 *
 *   npm run test:crash -- [--quick] [--cycles 500] [--seed 1] [--life 10] [--keep]
 *
 * A life is one data directory with its own settings. The last part is the control: with a planted bug the suite must fail.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { Prng } from '../../src/env/sim/prng.ts'
import { type CrashPoint, crashPoints } from './crash-points.ts'
import { Life } from './life.ts'
import { CrashReport } from './report.ts'
import { freePort } from './server-process.ts'
import { isCompacted } from './topic-configs.ts'

const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    cycles: { type: 'string' },
    seed: { type: 'string', default: '1' },
    life: { type: 'string', default: '10' },
    keep: { type: 'boolean', default: false },
    /** Only crash points whose name has this in it. */
    only: { type: 'string', default: '' },
  },
})
const cycles = Number(options.cycles ?? (options.quick ? 60 : 600))
const lifeCycles = Number(options.life)
const random = new Prng(`crash ${options.seed}`)
const base = mkdtempSync(join(tmpdir(), 'chronik-crash-'))
const port = await freePort(21_000)
const report = new CrashReport()
const points = crashPoints.filter(({ name }) => name.includes(options.only))
/** How many of all points lie in compaction. */
const compactionShare =
  points.filter(({ compaction }) => compaction === true).length / Math.max(1, points.length)
const nextPoint = takingTurns(points)

for (let life = 0, cycle = 0; cycle < cycles && report.findings === 0; life++) {
  const directory = join(base, `life-${life}`)
  const run = new Life({ directory, port, random: random.fork(`life ${life}`), index: life }, report)
  for (const end = Math.min(cycle + lifeCycles, cycles); cycle < end && report.findings === 0; cycle++) {
    // Every third cycle dies at a random moment, the others go through the table.
    const point = cycle % 3 === 2 ? null : nextPoint(life)
    await run.cycle(point)
    if (process.stdout.isTTY || cycle % 20 === 19)
      process.stdout.write(`${report.progress(cycle + 1, cycles)}\n`)
  }
  await run.end()
  if (report.findings === 0 && !options.keep) rmSync(directory, { recursive: true })
}
const sound = report.findings === 0
process.stdout.write(report.table(points))

const unreached = cycles >= 4 * points.length ? report.unreached(points) : []
for (const name of unreached) process.stdout.write(`NEVER REACHED: ${name}\n`)

let controlFound = true
if (sound) {
  const control = new CrashReport(true)
  const directory = join(base, 'control')
  const life = new Life(
    { directory, port, random: random.fork('control'), index: 0, defect: 'lazy-wal' },
    control,
  )
  for (let cycle = 0; cycle < 10 && control.findings === 0; cycle++) await life.cycle(null)
  await life.end()
  controlFound = control.findings > 0
  process.stdout.write(
    controlFound
      ? `control: a WAL that holds its last write back was found out after ${control.cycles} cycles (${control.summary()})\n`
      : 'control: A WAL THAT HOLDS ITS LAST WRITE BACK WAS NOT FOUND OUT, so the suite proves nothing\n',
  )
}
if (sound && controlFound) rmSync(base, { recursive: true, force: true })
else process.stdout.write(`the data directories are kept in ${base}; seed ${options.seed}\n`)
process.exit(sound && controlFound && unreached.length === 0 ? 0 : 1)

/** The points in their order; those of compaction only in lives whose topics are compacted, and then as often as their share is. */
function takingTurns(all: readonly CrashPoint[]): (life: number) => CrashPoint | null {
  const inCompaction = all.filter(({ compaction }) => compaction === true)
  const others = all.filter(({ compaction }) => compaction !== true)
  const taken = { inCompaction: 0, others: 0 }
  return (life) => {
    const compacts = isCompacted(life) && inCompaction.length > 0
    if (compacts && (taken.inCompaction <= taken.others * compactionShare || others.length === 0))
      return inCompaction[taken.inCompaction++ % inCompaction.length] ?? null
    return others[taken.others++ % Math.max(1, others.length)] ?? null
  }
}
