import assert from 'node:assert/strict'
import test from 'node:test'
import { comparable, differences } from './tool-output.ts'

test('what differs from run to run is hidden, all else is told', () => {
  const kafka = comparable(
    0,
    'Topic: t\tTopicId: abc at 127.0.0.1:1\nb  1795277545784\na\n',
    '127.0.0.1:1',
    '/x',
  )
  const same = comparable(0, 'a\nb 1795277999999\nTopic: t TopicId: def at 127.0.0.1:2', '127.0.0.1:2', '/y')
  assert.deepEqual(differences(kafka, same), [])
  assert.deepEqual(differences(kafka, comparable(1, 'a\nc', '127.0.0.1:2', '/y')), [
    '- exit 0',
    '+ exit 1',
    '- Topic: t TopicId: ID at BROKER',
    '- b TIME',
    '+ c',
  ])
})
