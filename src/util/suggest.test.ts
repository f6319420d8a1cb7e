import assert from 'node:assert/strict'
import { test } from 'node:test'
import { didYouMean, suggest } from './suggest.ts'

const names = ['wal.sync', 'wal.profile', 'log.retention.ms', 'log.retention.bytes', 'node.id']

test('finds slips of the keyboard', () => {
  assert.equal(suggest('wal.snyc', names), 'wal.sync')
  assert.equal(suggest('WAL.SYNC', names), 'wal.sync')
  assert.equal(suggest('wal.proflie', names), 'wal.profile')
  assert.equal(suggest('nodeid', names), 'node.id')
  assert.equal(suggest('log.retension.byte', names), 'log.retention.bytes')
})

test('finds words in another order and a missing word', () => {
  assert.equal(suggest('retention.log.ms', names), 'log.retention.ms')
  assert.equal(suggest('retention.bytes', names), 'log.retention.bytes')
})

test('suggests nothing when nothing is near', () => {
  assert.equal(suggest('something.else', names), null)
  assert.equal(didYouMean('zzz', names), '')
  assert.equal(didYouMean('wal.sinc', names), '; did you mean "wal.sync"?')
})
