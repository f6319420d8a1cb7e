import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { LogFile } from '../../log/log-files.ts'
import { compactionStamp } from './compaction-stamp.ts'

function file(baseOffset: number, name = `${String(baseOffset).padStart(20, '0')}.log`): LogFile {
  return { id: 1, baseOffset, path: `data/log/x/${name}`, bytes: 1, sealed: true, endOffset: null }
}

test('segments that were only appended to leave no stamp', () => {
  assert.equal(compactionStamp([file(0), file(100)], { baseOffset: 0, endOffset: 150 }), '')
})

test('another compaction gives another stamp, and what lies outside does not count', () => {
  const cleaned = (generation: number) =>
    file(0, `00000000000000000000.00000000000000000100.${generation}.log`)
  const range = { baseOffset: 50, endOffset: 150 }
  const first = compactionStamp([cleaned(1), file(100)], range)
  assert.match(first, /^[0-9a-f]{8}$/)
  assert.equal(compactionStamp([cleaned(1), file(100), file(200)], range), first)
  assert.notEqual(compactionStamp([cleaned(2), file(100)], range), first)
  assert.equal(compactionStamp([cleaned(1), file(100)], { baseOffset: 100, endOffset: 150 }), '')
})
