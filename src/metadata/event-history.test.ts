import assert from 'node:assert/strict'
import { test } from 'node:test'
import { EventHistory } from './event-history.ts'
import type { MetaEvent } from './meta-store.ts'

function events(count: number, modRevision: number): MetaEvent[] {
  return Array.from({ length: count }, (_, i) => ({ kind: 'delete', key: `/k${i}`, modRevision }))
}

test('a watch that falls behind what is kept is told so, and the others go on', async () => {
  const history = new EventHistory(10)
  const slow = history.watch('/', 11)[Symbol.asyncIterator]()
  for (let revision = 11; revision <= 12; revision++) history.append(revision, events(100, revision))
  assert.equal((await slow.next()).value?.revision, 12)
  for (let revision = 13; revision <= 2000; revision++) history.append(revision, events(100, revision))
  await assert.rejects(slow.next(), { code: 'COMPACTED', message: /from revision 13 on/ })

  const seen: number[] = []
  for await (const batch of history.watch('/k0', 1990)) {
    seen.push(...batch.events.map(({ modRevision }) => modRevision))
    if (batch.revision === 2000) break
  }
  assert.deepEqual(seen, [1990, 1991, 1992, 1993, 1994, 1995, 1996, 1997, 1998, 1999, 2000])
})

test('what lies before the beginning is compacted', async () => {
  const history = new EventHistory(10)
  await assert.rejects(history.watch('/', 10)[Symbol.asyncIterator]().next(), { code: 'COMPACTED' })
})

test('a batch is bounded and never splits a revision', async () => {
  const history = new EventHistory(0)
  for (let revision = 1; revision <= 3; revision++) history.append(revision, events(16_000, revision))
  const revisions: number[][] = []
  for await (const { events } of history.watch('/', 1)) {
    revisions.push([...new Set(events.map(({ modRevision }) => modRevision))])
    if (revisions.flat().includes(3)) break
  }
  assert.deepEqual(revisions, [[1, 2], [3]])
})
