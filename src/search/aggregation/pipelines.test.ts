import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { NaiveDocument } from '../testing/naive-fields.ts'
import { runAggregations } from '../testing/run-aggregations.ts'
import { evaluate, parseExpression } from './expression.ts'

/** Sales of 2, 4, gap, 1 and 9 in five days. */
const sales = [2, 4, null, 1, 9]
const documents = sales.flatMap((amount, day): NaiveDocument[] =>
  amount === null
    ? []
    : [{ offset: day, timestamp: Date.UTC(2026, 0, 1 + day), value: { amount, kind: day % 2 } }],
)

interface Metric {
  readonly value: number | null
  readonly keys?: readonly string[]
}

function days(
  below: object,
  beside: object = {},
): { buckets: readonly Record<string, Metric>[]; answer: Record<string, Metric> } {
  const date_histogram = { field: '_timestamp', calendar_interval: 'day' }
  const aggs = { sum: { sum: { field: 'amount' } }, ...below }
  const answer = runAggregations({ days: { date_histogram, aggs }, ...beside }, [[documents]]) as Record<
    string,
    Metric
  >
  return { answer, buckets: (answer['days'] as unknown as { buckets: Record<string, Metric>[] }).buckets }
}

const column = (buckets: readonly Record<string, Metric>[], name: string): unknown[] =>
  buckets.map((bucket) => bucket[name]?.value)

test('derivative, cumulative sum, serial difference: gaps are passed over or are zeros', () => {
  const path = { buckets_path: 'sum' }
  const { buckets } = days({
    change: { derivative: { ...path, unit: '12h' } },
    filled: { derivative: { ...path, gap_policy: 'insert_zeros' } },
    total: { cumulative_sum: path },
    two: { serial_diff: { ...path, lag: 2, gap_policy: 'insert_zeros' } },
    second: { derivative: { buckets_path: 'filled' } },
  })
  assert.deepEqual(column(buckets, 'change'), [undefined, 2, null, null, 8])
  assert.equal((buckets[1]?.['change'] as { normalized_value?: number } | undefined)?.normalized_value, 1)
  assert.deepEqual(column(buckets, 'filled'), [undefined, 2, -4, 1, 8])
  assert.deepEqual(column(buckets, 'total'), [2, 6, 6, 7, 16])
  assert.deepEqual(column(buckets, 'two'), [undefined, undefined, -2, -3, 9])
  assert.deepEqual(column(buckets, 'second').slice(0, 2), [undefined, null])
})

test('moving functions see the window before the bucket, or with it when shifted', () => {
  const moving = (script: string, more: object = {}): object => ({
    moving_fn: {
      buckets_path: 'sum',
      window: 2,
      script: `MovingFunctions.${script}`,
      gap_policy: 'insert_zeros',
      ...more,
    },
  })
  const { buckets } = days({
    mean: moving('unweightedAvg(values)'),
    most: moving('max(values)', { shift: 1 }),
    old: { moving_avg: { buckets_path: 'sum', window: 2, gap_policy: 'insert_zeros' } },
  })
  assert.deepEqual(column(buckets, 'mean'), [null, 2, 3, 2, 0.5])
  assert.deepEqual(column(buckets, 'most'), [2, 4, 4, 1, 9])
  assert.deepEqual(column(buckets, 'old'), [2, 3, 2, 0.5, 5])
})

test('bucket_script, bucket_selector and bucket_sort work on each bucket, siblings on all', () => {
  const { buckets, answer } = days(
    {
      double: { bucket_script: { buckets_path: { s: 'sum' }, script: 'params.s * 2 + 1' } },
      some: {
        bucket_selector: {
          buckets_path: { s: 'double', n: '_count' },
          script: { source: 'params.s > 4 && n == 1' },
        },
      },
      order: { bucket_sort: { sort: [{ sum: { order: 'desc' } }], size: 2 } },
    },
    {
      mean: { avg_bucket: { buckets_path: 'days>sum' } },
      best: { max_bucket: { buckets_path: 'days>sum' } },
      all: { sum_bucket: { buckets_path: 'days>_count' } },
    },
  )
  assert.deepEqual(column(buckets, 'sum'), [9, 4])
  assert.deepEqual(column(buckets, 'double'), [19, 9])
  assert.equal(answer['mean']?.value, 6.5)
  assert.deepEqual(answer['best'], { value: 9, keys: ['2026-01-05T00:00:00.000Z'] })
  assert.equal(answer['all']?.value, 2)
})

test('formulas compute as in Painless, and nothing else is possible', () => {
  const value = (source: string, variables: Record<string, number> = {}): number =>
    evaluate(parseExpression(source, 'script'), variables)
  assert.equal(value('1 + 2 * 3 - -4 / 2'), 9)
  assert.equal(value('params.a > 3 ? Math.max(a, 10) : (a % 3)', { a: 4 }), 10)
  assert.equal(value('!(1 < 2) || 2 >= 2 && 3 != 4'), 1)
  assert.ok(Number.isNaN(value('missing + 1')))
  assert.ok(Number.isNaN(value('constructor')))
  for (const wrong of ['a = 1', 'while(true) 1', 'Math.random()', '"text"', '1 +', 'a.b()', '(1']) {
    assert.throws(() => value(wrong), /\[script\]/, wrong)
  }
  assert.throws(() => parseExpression('('.repeat(1000), 'script'), /nested deeper/)
})
