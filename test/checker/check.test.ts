import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import * as fc from 'fast-check'
import { Prng } from '../../src/env/sim/prng.ts'
import { type AnomalyName, check } from './check.ts'
import type { History, Operation } from './history.ts'

let time = 0

type Pairs = readonly (readonly [number, number])[]

function operation(
  process: string,
  f: Operation['f'],
  type: Operation['type'],
  steps: Operation['steps'],
): Operation {
  time += 10
  return { process, f, type, steps, startMs: time - 5, endMs: time }
}

function send(
  process: string,
  pairs: readonly (readonly [value: number, offset: number | null])[],
  type: Operation['type'] = 'ok',
): Operation {
  return operation(
    process,
    'send',
    type,
    pairs.map(([value, offset]) => ({ kind: 'send', key: 'x', value, offset })),
  )
}

function poll(process: string, reads: Pairs): Operation {
  return operation(process, 'poll', 'ok', [{ kind: 'poll', reads: { x: reads } }])
}

function found(...history: History): AnomalyName[] {
  return [...check(history).anomalies].filter(([, anomalies]) => anomalies.length > 0).map(([name]) => name)
}

const written = send('a', [
  [1, 0],
  [2, 1],
  [3, 2],
])
const all: Pairs = [
  [0, 1],
  [1, 2],
  [2, 3],
]

describe('the checker', () => {
  it('finds nothing in a sound history', () => {
    assert.deepEqual(
      found(
        written,
        poll('b', [[0, 1]]),
        poll('b', [
          [1, 2],
          [2, 3],
        ]),
        poll('c', all),
      ),
      [],
    )
    assert.deepEqual(check([written, poll('b', all)]).forbidden, [])
  })

  it('takes offsets with gaps, as markers and compaction leave them, for neighbours', () => {
    assert.deepEqual(
      found(
        send('a', [
          [1, 0],
          [2, 5],
          [3, 9],
        ]),
        poll('b', [
          [0, 1],
          [5, 2],
        ]),
        poll('b', [[9, 3]]),
      ),
      [],
    )
  })

  it('finds inconsistent offsets: two readers, or reader and writer', () => {
    assert.ok(
      found(
        send('a', [
          [1, null],
          [2, null],
        ]),
        poll('b', [[0, 1]]),
        poll('c', [[0, 2]]),
      ).includes('inconsistent-offsets'),
    )
    assert.ok(
      found(send('a', [[1, 0]]), send('a', [[2, null]], 'info'), poll('b', [[0, 2]])).includes(
        'inconsistent-offsets',
      ),
    )
  })

  it('finds a lost write, whether its offset is known or only that others are behind it', () => {
    assert.deepEqual(
      found(
        written,
        poll('b', [
          [0, 1],
          [2, 3],
        ]),
      ),
      ['lost-write', 'int-poll-skip'],
    )
    assert.deepEqual(found(written, poll('b', [[0, 1]]), poll('c', [[2, 3]])), ['lost-write'])
  })

  it('does not take an unacknowledged or failed write for lost', () => {
    assert.deepEqual(
      found(
        send('a', [[1, null]], 'info'),
        send('a', [[2, null]], 'fail'),
        send('a', [[3, 0]]),
        poll('b', [[0, 3]]),
      ),
      [],
    )
  })

  it('finds what was acknowledged and never seen at the end of the log', () => {
    assert.deepEqual(
      found(
        written,
        poll('b', [
          [0, 1],
          [1, 2],
        ]),
      ),
      ['unseen'],
    )
    assert.deepEqual(found(send('a', [[1, null]])), ['unseen'])
  })

  it('finds a duplicate', () => {
    assert.deepEqual(
      found(
        send('a', [[1, 0]]),
        poll('b', [
          [0, 1],
          [1, 1],
        ]),
      ).filter((name) => name === 'duplicate'),
      ['duplicate'],
    )
    assert.deepEqual(
      check([send('a', [[1, null]]), poll('b', [[0, 1]]), poll('c', [[1, 1]])], { idempotent: false })
        .forbidden,
      [],
    )
  })

  it('finds an aborted read and an invented value', () => {
    assert.deepEqual(found(send('a', [[1, null]], 'fail'), poll('b', [[0, 1]])), ['G1a'])
    assert.deepEqual(found(poll('b', [[0, 9]])), ['G1a'])
  })

  it('finds a read before the transaction of the value', () => {
    const early = poll('b', [[0, 1]])
    const steps = [{ kind: 'send', key: 'x', value: 1, offset: 0 }] as const
    assert.deepEqual(found(early, operation('a', 'txn', 'ok', steps)), ['precommitted-read'])
  })

  it('finds a poll that skips, and none where the position was moved in between', () => {
    const others = poll('c', all)
    assert.deepEqual(found(written, others, poll('b', [[0, 1]]), poll('b', [[2, 3]])), ['poll-skip'])
    for (const f of ['assign', 'subscribe', 'crash'] as const) {
      assert.deepEqual(
        found(written, others, poll('b', [[0, 1]]), operation('b', f, 'ok', []), poll('b', [[2, 3]])),
        [],
      )
    }
  })

  it('finds a poll that goes back, or repeats', () => {
    assert.deepEqual(found(written, poll('b', all), poll('b', [[0, 1]])), ['nonmonotonic-poll'])
    assert.deepEqual(found(written, poll('b', all), poll('b', [[2, 3]])), ['nonmonotonic-poll'])
  })

  it('allows members of a group to skip and to go back from one poll to the next, and not within one', () => {
    const member = operation('b', 'subscribe', 'ok', [])
    const others = poll('c', all)
    const back = [written, others, member, poll('b', all), poll('b', all.slice(0, 1))]
    const skipping = [written, others, member, poll('b', all.slice(0, 1)), poll('b', all.slice(2))]
    assert.deepEqual([check(back).forbidden, check(skipping).forbidden], [[], []])
    assert.deepEqual(check([written, others, member, poll('b', all.toReversed())]).forbidden, [
      'int-nonmonotonic-poll',
    ])
  })

  it('finds the same within one poll', () => {
    assert.deepEqual(
      found(
        written,
        poll('c', all),
        poll('b', [
          [0, 1],
          [2, 3],
        ]),
      ),
      ['int-poll-skip'],
    )
    assert.deepEqual(
      found(
        written,
        poll('b', [
          [1, 2],
          [0, 1],
          [2, 3],
        ]),
      ),
      ['int-poll-skip', 'int-nonmonotonic-poll'],
    )
  })

  it('finds sends out of order, between operations and within one', () => {
    assert.deepEqual(
      found(
        send('a', [[1, 1]]),
        send('a', [[2, 0]]),
        poll('b', [
          [0, 2],
          [1, 1],
        ]),
      ),
      ['nonmonotonic-send'],
    )
    assert.deepEqual(
      found(
        send('a', [
          [1, 1],
          [2, 0],
        ]),
        poll('b', [
          [0, 2],
          [1, 1],
        ]),
      ),
      ['int-nonmonotonic-send'],
    )
    assert.deepEqual(
      found(
        send('a', [[1, 1]]),
        operation('a', 'crash', 'ok', []),
        send('a', [[2, 0]]),
        poll('b', [
          [0, 2],
          [1, 1],
        ]),
      ),
      [],
    )
  })

  it('allows others between the sends of one operation', () => {
    const history = [
      send('a', [
        [1, 0],
        [3, 2],
      ]),
      send('d', [[2, 1]]),
      poll('b', all),
    ]
    assert.deepEqual(found(...history), ['int-send-skip'])
    assert.deepEqual(check(history).forbidden, [])
  })
})

/** A sound history of some size: producers that append, consumers that follow. */
function soundHistory(random: Prng): Operation[] {
  const logs = new Map<string, number[]>([
    ['x', []],
    ['y', []],
  ])
  const positions = new Map<string, number>()
  const history: Operation[] = []
  for (let value = 0; value < 150; value++) {
    const key = random.chance(0.5) ? 'x' : 'y'
    const log = logs.get(key) ?? []
    if (random.chance(0.6)) {
      const offset = log.push(value) - 1
      history.push(operation(`p${random.below(3)}`, 'send', 'ok', [{ kind: 'send', key, value, offset }]))
      continue
    }
    const process = `c${random.below(3)}`
    const from = positions.get(`${process} ${key}`) ?? 0
    const to = Math.min(log.length, from + random.below(5))
    const reads = { [key]: log.slice(from, to).map((read, i) => [from + i, read] as const) }
    positions.set(`${process} ${key}`, to)
    history.push(operation(process, 'poll', 'ok', [{ kind: 'poll', reads }]))
  }
  for (const [key, log] of logs) {
    history.push(
      operation('final', 'poll', 'ok', [
        { kind: 'poll', reads: { [key]: log.map((value, offset) => [offset, value] as const) } },
      ]),
    )
  }
  return history
}

/** The history with one read changed. */
function withRead(
  history: readonly Operation[],
  random: Prng,
  change: (pairs: [number, number][], at: number) => void,
): Operation[] {
  const candidates = history.flatMap((operation, index) =>
    operation.steps.some(
      (step) => step.kind === 'poll' && Object.values(step.reads).some((pairs) => pairs.length > 2),
    )
      ? [index]
      : [],
  )
  const chosen = candidates[random.below(candidates.length)] ?? -1
  return history.map((operation, index) => {
    if (index !== chosen) return operation
    const steps = operation.steps.map((step) => {
      if (step.kind === 'send') return step
      const reads = Object.fromEntries(
        Object.entries(step.reads).map(([key, pairs]) => {
          const copy = pairs.map(([offset, value]): [number, number] => [offset, value])
          if (copy.length > 2) change(copy, 1 + random.below(copy.length - 2))
          return [key, copy]
        }),
      )
      return { kind: 'poll', reads } as const
    })
    return { ...operation, steps }
  })
}

describe('planted anomalies in sound histories', () => {
  const planted: readonly (readonly [AnomalyName, (pairs: [number, number][], at: number) => void])[] = [
    ['int-poll-skip', (pairs, at) => void pairs.splice(at, 1)],
    ['int-nonmonotonic-poll', (pairs, at) => void pairs.splice(at, 0, pairs[at - 1] ?? [0, 0])],
    ['G1a', (pairs, at) => void (pairs[at] = [pairs[at]?.[0] ?? 0, 1_000_000])],
    ['inconsistent-offsets', (pairs, at) => void (pairs[at] = [pairs[at]?.[0] ?? 0, 1_000_000])],
    ['duplicate', (pairs, at) => void (pairs[at] = [(pairs[at]?.[0] ?? 0) + 0.5, pairs[at - 1]?.[1] ?? 0])],
  ]
  for (const [name, change] of planted) {
    it(`finds ${name}`, () => {
      const property = fc.property(fc.nat(1_000_000), (seed) => {
        const random = new Prng(`${name} ${seed}`)
        const history = soundHistory(random)
        assert.deepEqual(check(history).forbidden, [])
        assert.ok(check(withRead(history, random, change)).forbidden.includes(name))
      })
      fc.assert(property, { seed: 1, numRuns: 50 })
    })
  }

  it('finds lost-write, wherever the value stood', () => {
    const property = fc.property(fc.nat(1_000_000), (seed) => {
      const random = new Prng(`lost ${seed}`)
      const history = soundHistory(random)
      const sends = history.filter(({ f }) => f === 'send')
      const victim = sends[random.below(Math.floor(sends.length / 2))]?.steps[0]
      assert.ok(victim?.kind === 'send')
      const without = history.map((operation) => ({
        ...operation,
        steps: operation.steps.map((step) =>
          step.kind === 'send'
            ? step
            : {
                kind: 'poll' as const,
                reads: Object.fromEntries(
                  Object.entries(step.reads).map(([key, pairs]) => [
                    key,
                    pairs.filter(([, value]) => value !== victim.value),
                  ]),
                ),
              },
        ),
      }))
      assert.ok(check(without).forbidden.includes('lost-write'))
    })
    fc.assert(property, { seed: 1, numRuns: 50 })
  })
})
