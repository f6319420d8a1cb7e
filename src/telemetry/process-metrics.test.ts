import assert from 'node:assert/strict'
import { test } from 'node:test'
import { EventLoopMonitor } from './event-loop.ts'
import { renderMetrics } from './exposition.ts'
import { Metrics } from './metrics.ts'
import { collectProcessMetrics } from './process-metrics.ts'

test('process metrics are there, finite and not negative', () => {
  using eventLoop = new EventLoopMonitor()
  const metrics = new Metrics(100)
  const clock = { now: () => Date.now(), monotonic: () => performance.now() }
  const stop = collectProcessMetrics(metrics, eventLoop, clock, '1.2.3')
  const samples = renderMetrics(metrics, 'prometheus')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
  assert.ok(samples.includes(`chronik_build_info{version="1.2.3",node="${process.versions.node}"} 1`))
  assert.equal(samples.length, 13)
  for (const line of samples) {
    const value = Number(line.slice(line.lastIndexOf(' ')))
    assert.ok(Number.isFinite(value) && value >= 0, line)
  }
  stop()
  assert.equal(metrics.snapshot().size, 0)
})
