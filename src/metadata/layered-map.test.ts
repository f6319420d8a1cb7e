import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { LayeredMap } from './layered-map.ts'

test('a layered map equals a plain map after any changes, and its ancestors stay as they were', () => {
  const change = fc.array(fc.tuple(fc.nat(30), fc.option(fc.nat(), { nil: undefined })), { maxLength: 6 })
  fc.assert(
    fc.property(fc.array(change, { maxLength: 30 }), (changes) => {
      let map = new LayeredMap<number, number>()
      const plain = new Map<number, number>()
      const history: [LayeredMap<number, number>, [number, number][]][] = []
      for (const pairs of changes) {
        map = map.with(new Map(pairs))
        for (const [key, value] of new Map(pairs)) {
          if (value === undefined) plain.delete(key)
          else plain.set(key, value)
        }
        history.push([map, [...plain]])
      }
      for (const [version, entries] of history) {
        assert.deepEqual(new Map(version), new Map(entries))
        assert.equal(version.size, entries.length)
        for (let key = 0; key <= 30; key++) assert.equal(version.get(key), new Map(entries).get(key))
        assert.deepEqual([...version.keys()].length, entries.length)
      }
    }),
  )
})
