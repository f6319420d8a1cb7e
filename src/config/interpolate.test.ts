import assert from 'node:assert/strict'
import { test } from 'node:test'
import { interpolate } from './interpolate.ts'

const variables = { HOME: '/home/me', EMPTY: '' }

test('takes variables and defaults', () => {
  assert.deepEqual(interpolate('${HOME}/data', variables), { text: '/home/me/data' })
  assert.deepEqual(interpolate('${NO:-x}${EMPTY:-y}${EMPTY}', variables), { text: 'xy' })
  assert.deepEqual(interpolate('$$${HOME:-a}$1', variables), { text: '$/home/me$1' })
  assert.deepEqual(interpolate('$${HOME}', variables), { text: '${HOME}' })
})

test('a variable that is not set and broken syntax are problems', () => {
  const missing = interpolate('${NO}', variables)
  assert.ok('problem' in missing && missing.problem.includes('NO is not set'))
  const broken = interpolate('${1x}', variables)
  assert.ok('problem' in broken && broken.problem.includes('"${1x}" is not a variable'))
})
