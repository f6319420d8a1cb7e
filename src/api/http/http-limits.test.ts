import assert from 'node:assert/strict'
import { it } from 'node:test'
import { loadConfig } from '../../config/load.ts'
import { httpLimitsOf } from './http-limits.ts'

it('takes the limits of the HTTP port from the settings', () => {
  const settings = {
    'http.max.body.bytes': '1MiB',
    'http.body.timeout.ms': '1s',
    'http.head.timeout.ms': '2s',
    'http.idle.timeout.ms': '2min',
    'http.keep.alive.ms': '3s',
    'http.max.connections': '4',
    'http.max.requests': '5',
  }
  const flags = Object.entries(settings).map(([name, raw]) => ({ name, raw, flag: '--set' }))
  const config = loadConfig({ flags, machine: { memoryBytes: 1 << 30 } })
  assert.deepEqual(httpLimitsOf(config), {
    bodyBytes: 1 << 20,
    bodyMs: 1000,
    headersMs: 2000,
    idleMs: 120_000,
    keepAliveMs: 3000,
    connections: 4,
    requests: 5,
  })
})
