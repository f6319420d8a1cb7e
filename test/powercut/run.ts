/**
 * Real power cuts: the server runs on a loop-mounted file system whose image is cloned under load; each clone is mounted, which
 * replays its journal, and recovered, and then everything that had been acknowledged before the clone must be in it.
 *
 *   npm run test:powercut -- [--quick] [--images 120] [--seed 1] [--keep]
 *
 * Needs root and loop devices on Linux. The last part is the control: with fsync switched off the suite must fail.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { Prng } from '../../src/env/sim/prng.ts'
import type { Defect } from '../crash/fault-plan.ts'
import { freePort } from '../crash/server-process.ts'
import { ImageStore, missingForPowerCuts } from './block-image.ts'
import { PowerLife, variants } from './power-life.ts'
import { PowerReport } from './power-report.ts'

const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    images: { type: 'string' },
    seed: { type: 'string', default: '1' },
    keep: { type: 'boolean', default: false },
  },
})

const missing = missingForPowerCuts()
if (missing !== null) {
  process.stdout.write(`power cuts can not be tested here: ${missing}\n`)
  process.exit(1)
}

const images = Number(options.images ?? (options.quick ? 12 : 130))
const perLife = 8
const random = new Prng(`power cut ${options.seed}`)
const base = mkdtempSync(join(tmpdir(), 'chronik-powercut-'))
const ports = { live: await freePort(22_000), copy: await freePort(23_000) }
const report = new PowerReport()
let controlFound = true
{
  await using store = await ImageStore.open(base)
  for (let life = 0; report.images < images && report.findings === 0; life++) {
    const variant = variants[life % variants.length]
    if (variant === undefined) throw new Error('there is no variant')
    await using run = await PowerLife.start(
      { store, variant, name: `life-${life}`, ports, random: random.fork(`${life}`) },
      report,
    )
    for (let cut = 0; cut < perLife && report.images < images && report.findings === 0; cut++) await run.cut()
    process.stdout.write(`${report.progress(images)}\n`)
  }
  process.stdout.write(report.table())
  if (report.findings === 0) {
    controlFound = (await control(store, 'no-sync')) && (await control(store, 'no-wal-sync'))
  }
  if (options.keep) {
    process.stdout.write(`kept in ${base} until Enter is pressed; seed ${options.seed}\n`)
    await new Promise((resolve) => process.stdin.once('data', resolve))
  }
}
rmSync(base, { recursive: true, force: true })
process.exit(report.findings === 0 && controlFound ? 0 : 1)

/** A server whose syncs do nothing, all or only those of the WAL, must be found out within a few images. */
async function control(store: ImageStore, defect: Defect): Promise<boolean> {
  const found = new PowerReport(true)
  const [variant] = variants
  if (variant === undefined) throw new Error('there is no variant')
  const settings = { store, variant, name: defect, ports, random: random.fork(defect), defect }
  await using run = await PowerLife.start(settings, found)
  while (found.images < 5 && found.findings === 0) await run.cut()
  process.stdout.write(
    found.findings > 0
      ? `control ${defect}: found out by image ${found.images} (${found.summary()})\n`
      : `control ${defect}: NOT FOUND OUT in ${found.images} images, so the suite proves nothing\n`,
  )
  return found.findings > 0
}
