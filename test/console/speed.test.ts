import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { ClusterClient } from '../../src/client/cluster-client.ts'
import { Producer } from '../../src/client/producer.ts'
import { createTopics } from '../../src/client/topic-admin.ts'
import { nodeEnv } from '../../src/env/node/env.ts'
import { desk, matches, openSession, type Session } from './session.ts'

const DIST = fileURLToPath(new URL('../../console/dist/', import.meta.url))
const SHELL_KB_MAX = 260
const ROWS = Number(process.env['CONSOLE_ROWS'] ?? 1_000_000)
const RANGE_MS = 3 * 3_600_000
const WHEELS = 150
const JUMPS = 40

describe('size and speed', () => {
  it(`the shell is at most ${SHELL_KB_MAX} KB compressed`, () => {
    const page = readFileSync(join(DIST, 'index.html'), 'utf8')
    const names = [...page.matchAll(/(?:src|href)="\.\/(assets\/[^"]+)"/g)].map(([, name]) => name ?? '')
    assert.ok(names.length >= 2, page)
    const shell = names.reduce((sum, name) => sum + readFileSync(join(DIST, `${name}.gz`)).length, 0)
    const all = globSync('assets/*.gz', { cwd: DIST }).reduce(
      (sum, name) => sum + readFileSync(join(DIST, name)).length,
      0,
    )
    console.log(`shell ${(shell / 1000).toFixed(0)} KB gzip, everything ${(all / 1000).toFixed(0)} KB gzip`)
    assert.ok(shell <= SHELL_KB_MAX * 1000, `${shell} bytes`)
  })

  it('tells how fast Explore appears and how a million rows scroll', async () => {
    await using session = await openSession([])
    await fill(session)
    // The first answer also waits for the index of everything that has just been written.
    await using warm = await session.open('/?from=all')
    assert.equal(await matches(warm.page), ROWS)
    const paints: number[] = []
    for (let round = 0; round < 5; round += 1) paints.push(await firstRows(session))
    console.log(
      `first rows of Explore after ${paints.map((ms) => ms.toFixed(0)).join(', ')} ms (navigation to paint)`,
    )

    const { page } = warm
    const box = await page.locator('.rows').boundingBox()
    assert.ok(box !== null)
    await page.mouse.move(box.x + 300, box.y + 300)
    await page.evaluate(watchFrames)
    for (let wheel = 0; wheel < WHEELS; wheel += 1) {
      await page.mouse.wheel(0, wheel % 3 === 0 ? 4000 : 300)
      await page.waitForTimeout(16)
    }
    const wheel = await page.evaluate(takeFrames)
    for (let jump = 1; jump <= JUMPS; jump += 1) {
      await page.evaluate((part) => {
        const rows = document.querySelector('.rows')
        if (rows !== null) rows.scrollTop = (rows.scrollHeight - rows.clientHeight) * part
      }, jump / JUMPS)
      await page.waitForTimeout(60)
    }
    const jumps = await page.evaluate(takeFrames)
    console.log(`wheel: ${tell(wheel)}\njumps through ${ROWS} rows: ${tell(jumps)}`)

    await page.locator(`#row-${ROWS - 1}`).waitFor()
    await page.waitForFunction(
      (last) => (document.querySelector(`#row-${last}`)?.textContent ?? '').includes('row 0 '),
      ROWS - 1,
    )
    await warm.shoot('million-rows-end')
    // In the middle, too, each row is the one that belongs there.
    await page.evaluate(() => {
      const rows = document.querySelector('.rows')
      if (rows !== null) rows.scrollTop = rows.scrollHeight * 0.4
    })
    await page.waitForTimeout(300)
    await page.waitForFunction(() => document.querySelectorAll('.grid-row.loading').length === 0)
    const shown = await page
      .locator('.grid-row[id]')
      .evaluateAll((rows) => rows.map(({ id, textContent }) => [id, textContent]))
    for (const [id, text] of shown) {
      const position = Number((id ?? '').slice('row-'.length))
      assert.ok(text?.includes(`row ${ROWS - 1 - position} `), `${id}: ${text}`)
    }
  })
})

/** Records with different timestamps, so that each has one place. */
async function fill(session: Session): Promise<void> {
  const [host = '', port = ''] = session.kafka.split(':')
  await using client = new ClusterClient(nodeEnv(), [{ host, port: Number(port) }], {
    softwareVersion: 'test',
  })
  await createTopics(client, [{ name: 'rows', partitions: 2, replicationFactor: -1, configs: {} }])
  await using producer = new Producer(client, {})
  const begin = Date.now() - RANGE_MS
  for (let row = 0; row < ROWS; row += 1) {
    const level = row % 97 === 0 ? 'error' : row % 13 === 0 ? 'warn' : 'info'
    const value = Buffer.from(
      `{"level":"${level}","service":"s${row % 7}","message":"row ${row} of the table","ms":${row % 1000}}`,
    )
    const timestamp = begin + Math.floor((row / ROWS) * (RANGE_MS - 1000))
    await producer.enqueue({ topic: 'rows', partition: row % 2, key: null, value, timestamp })
    if (row % 20_000 === 0) await producer.flush()
  }
  await producer.flush()
}

/** Milliseconds from the start of the navigation to the frame that shows rows, in a browser that has nothing in its cache. */
async function firstRows(session: Session): Promise<number> {
  const context = await session.browser.newContext(desk)
  try {
    const page = await context.newPage()
    await page.addInitScript(() => {
      const observer = new MutationObserver(() => {
        if (document.querySelector('.grid-row[id]:not(.loading)') === null) return
        observer.disconnect()
        requestAnimationFrame(() => performance.mark('rows'))
      })
      observer.observe(document, { childList: true, subtree: true })
    })
    await page.goto(session.url)
    await page.waitForFunction(() => performance.getEntriesByName('rows').length > 0)
    return await page.evaluate(() => performance.getEntriesByName('rows')[0]?.startTime ?? 0)
  } finally {
    await context.close()
  }
}

interface Frames {
  last: number
  times: number[]
}

function watchFrames(): void {
  const frames: Frames = { last: performance.now(), times: [] }
  Object.assign(globalThis, { frames })
  const tick = (now: number): void => {
    frames.times.push(now - frames.last)
    frames.last = now
    requestAnimationFrame(tick)
  }
  requestAnimationFrame(tick)
}

function takeFrames(): number[] {
  const { frames } = globalThis as unknown as { frames: Frames }
  return frames.times.splice(0)
}

function tell(times: readonly number[]): string {
  const sorted = times.toSorted((a, b) => a - b)
  const at = (part: number): string =>
    (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0).toFixed(1)
  return `${times.length} frames, p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, longest ${at(1)} ms, over 50 ms: ${times.filter((ms) => ms > 50).length}`
}
