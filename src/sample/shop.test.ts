import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Random } from '../env/random.ts'
import { EVENTS_TOPIC, LOGS_TOPIC, sampleTopics } from './sample-record.ts'
import { Shop } from './shop.ts'

/** The same numbers each time (Lehmer's generator). */
function seeded(seed: number): Random {
  let state = seed
  const next = (): number => (state = (state * 48_271) % 2_147_483_647)
  return {
    below: (bound) => next() % bound,
    bytes: (size) => Buffer.from(Array.from({ length: size }, () => next() % 256)),
  }
}

const quiet = Date.UTC(2026, 0, 31, 12, 10)
const incident = Date.UTC(2026, 0, 31, 12, 40)

function visits(start: number, count: number): ReturnType<Shop['visit']> {
  const shop = new Shop(seeded(7))
  return Array.from({ length: count }, () => shop.visit(start)).flat()
}

test('a visit is JSON for the sample topics, in the order of time, under one trace', () => {
  const shop = new Shop(seeded(1))
  for (let count = 0; count < 200; count += 1) {
    const records = shop.visit(quiet)
    const times = records.map(({ timestamp }) => timestamp)
    assert.deepEqual(
      times,
      times.toSorted((a, b) => a - b),
    )
    assert.ok((times[0] ?? 0) > quiet)
    const values = records.map(({ value }) => JSON.parse(value) as { readonly traceId: string })
    assert.equal(new Set(values.map(({ traceId }) => traceId)).size, 1)
    for (const { topic } of records) assert.ok(sampleTopics.some((name) => name === topic))
  }
})

test('both topics get records, and payments fail mostly during the incident', () => {
  const failures = (start: number): number =>
    visits(start, 600).filter(
      ({ topic, value }) => topic === EVENTS_TOPIC && value.includes('"payment_failed"'),
    ).length
  assert.ok(visits(quiet, 20).some(({ topic }) => topic === LOGS_TOPIC))
  assert.ok(failures(incident) > 4 * failures(quiet), `${failures(incident)} against ${failures(quiet)}`)
})
