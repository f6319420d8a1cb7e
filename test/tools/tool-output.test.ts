import assert from 'node:assert/strict'
import test from 'node:test'
import { comparable, differences } from './tool-output.ts'

const here = { folder: '/x', logs: '/logs', segment: null }
const there = { folder: '/y', logs: '/data', segment: '/data/log/abc-0/0.log' }

test('what differs from run to run is hidden, all else is told', () => {
  const text =
    'Topic: t\tTopicId: VTn3XcaaQnTeilmST451Rw at 127.0.0.1:1\nb  1795277545784\na /logs\nconsole-consumer-6347\n'
  const kafka = comparable({ code: 0, text }, here, {})
  const same =
    'a /data\nb 1795277999999\nTopic: t TopicId: abcde_ghijk-mnopqrst12 at 127.0.0.1:2\nconsole-consumer-16347'
  assert.deepEqual(differences(kafka, comparable({ code: 0, text: same }, there, {})), [])
  assert.deepEqual(differences(kafka, comparable({ code: 1, text: 'a /data\nc' }, there, {})), [
    '- exit 0',
    '+ exit 1',
    '- Topic: t TopicId: ID at BROKER',
    '- b TIME',
    '- console-consumer-N',
    '+ c',
  ])
})

test('lines that may differ are left out, measurements are hidden', () => {
  const differs = { lines: /^speed/, because: 'another machine' }
  const output = comparable({ code: 0, text: 'speed 1\n12.5 ms in /data/log/abc-0/0.log' }, there, {
    differs,
    measures: true,
  })
  assert.deepEqual(output.lines, ['N ms in SEGMENT'])
})
