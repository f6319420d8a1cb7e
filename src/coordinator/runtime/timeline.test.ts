import assert from 'node:assert/strict'
import test from 'node:test'
import { array, assert as assertProperty, constant, nat, oneof, property, record } from 'fast-check'
import { Timeline, TimelineMap } from './timeline.ts'

const step = oneof(
  { weight: 4, arbitrary: record({ kind: constant('set' as const), key: nat(4), value: nat(99) }) },
  { weight: 2, arbitrary: record({ kind: constant('delete' as const), key: nat(4) }) },
  { weight: 2, arbitrary: constant({ kind: 'next-epoch' as const }) },
  { weight: 2, arbitrary: constant({ kind: 'commit-oldest' as const }) },
  { weight: 1, arbitrary: constant({ kind: 'rollback' as const }) },
)

test('both views equal those of a model that copies the whole map per epoch', () => {
  assertProperty(
    property(array(step, { maxLength: 40 }), (steps) => {
      const timeline = new Timeline()
      const map = new TimelineMap<number, number>(timeline)
      let epoch = 1
      timeline.epoch = epoch
      /** Newest last; the first is committed. Epoch n leads from state n - 1 to n. */
      let states: { readonly epoch: number; readonly map: Map<number, number> }[] = [
        { epoch: 0, map: new Map() },
      ]
      let latest = new Map<number, number>()
      for (const next of steps) {
        switch (next.kind) {
          case 'set':
            map.set(next.key, next.value)
            latest.set(next.key, next.value)
            break
          case 'delete':
            assert.equal(map.delete(next.key), latest.delete(next.key))
            break
          case 'next-epoch':
            states.push({ epoch, map: new Map(latest) })
            timeline.epoch = ++epoch
            break
          case 'commit-oldest':
            if (states.length > 1) states.shift()
            timeline.commit(states[0]?.epoch ?? 0)
            break
          case 'rollback':
            timeline.rollback()
            states = states.slice(0, 1)
            latest = new Map(states[0]?.map)
            break
        }
        assert.deepEqual(sorted(map.entries()), sorted(latest))
        assert.deepEqual(sorted(map.committedEntries()), sorted(states[0]?.map ?? []))
        for (let key = 0; key < 5; key++) assert.equal(map.getCommitted(key), states[0]?.map.get(key))
      }
    }),
  )
})

test('the owner hears when nothing is left in either view', () => {
  const timeline = new Timeline()
  let emptied = 0
  const map = new TimelineMap<string, number>(timeline, () => emptied++)
  map.set('loaded', 1)
  map.delete('loaded')
  assert.equal(emptied, 1)
  timeline.epoch = 1
  map.set('a', 1)
  timeline.commit(1)
  timeline.epoch = 2
  map.delete('a')
  assert.equal(emptied, 1)
  timeline.commit(2)
  assert.equal(emptied, 2)
  timeline.epoch = 3
  map.set('a', 1)
  timeline.rollback()
  assert.equal(emptied, 3)
})

function sorted(entries: Iterable<[number, number]>): [number, number][] {
  return [...entries].toSorted(([a], [b]) => a - b)
}
