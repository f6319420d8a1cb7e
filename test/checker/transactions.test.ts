import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { type AnomalyName, check } from './check.ts'
import { cyclesOf } from './dependency-cycles.ts'
import type { History, Operation, Step } from './history.ts'

let time = 0

type Pairs = readonly (readonly [offset: number, value: number])[]

function send(key: string, value: number, offset: number | null = null): Step {
  return { kind: 'send', key, value, offset }
}

function poll(reads: Readonly<Record<string, Pairs>>): Step {
  return { kind: 'poll', reads }
}

function operation(
  f: Operation['f'],
  process: string,
  type: Operation['type'],
  steps: readonly Step[],
  more: Partial<Operation> = {},
): Operation {
  time += 10
  return { process, f, type, steps, startMs: time - 8, endMs: time, ...more }
}

/** A transaction whose end is asked for shortly before it comes. */
function transaction(
  process: string,
  type: Operation['type'],
  steps: readonly Step[],
  more: Partial<Operation> = {},
): Operation {
  return operation('txn', process, type, steps, { commitMs: time + 8, ...more })
}

function read(
  process: string,
  reads: Readonly<Record<string, Pairs>>,
  more: Partial<Operation> = {},
): Operation {
  return operation('poll', process, 'ok', [poll(reads)], more)
}

function readAll(process: string, reads: Readonly<Record<string, Pairs>>): Operation {
  return read(process, reads, { isolation: 'uncommitted' })
}

function found(...history: History): AnomalyName[] {
  return [...check(history).anomalies].filter(([, anomalies]) => anomalies.length > 0).map(([name]) => name)
}

describe('the checker, of transactions', () => {
  it('finds nothing where commits are seen as a whole and aborts not at all', () => {
    const history = [
      transaction('a', 'ok', [send('x', 1, 0), send('y', 2, 0)]),
      transaction('a', 'fail', [send('x', 3, 2)]),
      transaction('b', 'info', [send('x', 4), send('y', 5)]),
      read('r', { x: [[0, 1]], y: [[0, 2]] }),
      readAll('u', {
        x: [
          [0, 1],
          [2, 3],
        ],
        y: [[0, 2]],
      }),
    ]
    assert.deepEqual(found(...history), [])
  })

  it('finds an aborted read (G1a), and allows it to who reads everything', () => {
    const aborted = transaction('a', 'fail', [send('x', 1, 0)])
    assert.deepEqual(found(aborted, read('r', { x: [[0, 1]] })), ['G1a'])
    assert.deepEqual(found(aborted, readAll('u', { x: [[0, 1]] })), [])
  })

  it('finds an aborted read by a transaction that was aborted itself', () => {
    const aborted = transaction('a', 'fail', [send('x', 1, 0)])
    assert.deepEqual(found(aborted, transaction('b', 'fail', [poll({ x: [[0, 1]] })])), ['G1a'])
  })

  it('finds an invented value, whoever reads it', () => {
    assert.deepEqual(found(readAll('u', { x: [[0, 1]] })), ['G1a'])
  })

  it('finds a committed transaction of which a part is missing', () => {
    const committed = transaction('a', 'ok', [send('x', 1, 0), send('y', 2, 0)])
    const later = operation('send', 'p', 'ok', [send('y', 3, 2)])
    assert.deepEqual(found(committed, later, read('r', { x: [[0, 1]], y: [[2, 3]] })), ['lost-write'])
    assert.deepEqual(found(committed, read('r', { x: [[0, 1]] })), ['unseen'])
  })

  it('takes a transaction for committed of which one value was read, though nobody was told', () => {
    const unknown = transaction('a', 'info', [send('x', 1, 0), send('y', 2, 0)])
    assert.deepEqual(found(unknown, read('r', { x: [[0, 1]] })), ['unseen'])
    const plain = operation('send', 'a', 'info', [send('x', 1), send('x', 2)])
    assert.deepEqual(found(plain, read('r', { x: [[0, 1]] })), [])
  })

  it('finds what was written, then aborted, and is not in the log for who reads everything', () => {
    const aborted = transaction('a', 'fail', [send('x', 1, 0)])
    const later = operation('send', 'p', 'ok', [send('x', 2, 2)])
    assert.deepEqual(found(aborted, later, read('r', { x: [[2, 2]] })), [])
    assert.deepEqual(found(aborted, later, read('r', { x: [[2, 2]] }), readAll('u', { x: [[2, 2]] })), [
      'lost-write',
    ])
  })

  it('does not take what was aborted for left out by who reads what is committed', () => {
    const history = [
      transaction('a', 'ok', [send('x', 1, 0)]),
      transaction('a', 'fail', [send('x', 2, 2)]),
      transaction('a', 'ok', [send('x', 3, 4)]),
      read('r', { x: [[0, 1]] }),
      read('r', { x: [[4, 3]] }),
      readAll('u', { x: [[0, 1]] }),
    ]
    assert.deepEqual(found(...history, readAll('u', { x: [[4, 3]] })), ['lost-write', 'poll-skip'])
    const rest: Pairs = [
      [2, 2],
      [4, 3],
    ]
    assert.deepEqual(found(...history, readAll('u', { x: rest })), [])
  })

  it('finds a read of a transaction whose commit was not asked for yet, by others and by itself', () => {
    const early = read('r', { x: [[0, 1]] })
    const writer = (more: Partial<Operation>): Operation =>
      transaction('a', 'ok', [send('x', 1, 0)], { startMs: early.startMs - 1, ...more })
    assert.deepEqual(found(early, writer({ commitMs: early.endMs + 1 })), ['precommitted-read'])
    assert.deepEqual(found(early, writer({ commitMs: early.endMs - 1 })), [])
    assert.deepEqual(found(transaction('a', 'ok', [send('x', 1, 0), poll({ x: [[0, 1]] })])), [
      'precommitted-read',
    ])
  })

  it('finds a duplicate and an offset with two values, of aborted transactions as well', () => {
    const aborted = transaction('a', 'fail', [send('x', 1, 0)])
    const twice: Pairs = [
      [0, 1],
      [1, 1],
    ]
    assert.ok(found(aborted, readAll('u', { x: twice })).includes('duplicate'))
    assert.ok(
      found(aborted, transaction('b', 'ok', [send('x', 2, 0)]), read('r', { x: [[0, 2]] })).includes(
        'inconsistent-offsets',
      ),
    )
  })

  it('finds transactions that have read from each other (G1c)', () => {
    const history = [
      transaction('a', 'ok', [send('x', 1, 0), poll({ y: [[0, 2]] })]),
      transaction('b', 'ok', [poll({ x: [[0, 1]] }), send('y', 2, 0)]),
    ]
    assert.ok(found(...history).includes('G1c'))
    assert.ok(check(history).forbidden.includes('G1c'))
  })

  it('finds a longer circle of reads, and none in a chain', () => {
    const link = (process: string, from: number, to: number): Operation =>
      transaction(process, 'ok', [poll({ x: [[from, from]] }), send('x', to, to)])
    assert.ok(found(link('a', 3, 1), link('b', 1, 2), link('c', 2, 3)).includes('G1c'))
    assert.ok(!found(link('a', 0, 1), link('b', 1, 2), link('c', 2, 3)).includes('G1c'))
  })

  it('does not count what was aborted into circles', () => {
    const history = [
      transaction('a', 'fail', [send('x', 1, 0), poll({ y: [[0, 2]] })]),
      transaction('b', 'ok', [poll({ x: [[0, 1]] }), send('y', 2, 0)]),
    ]
    assert.ok(!found(...history).includes('G1c'))
  })

  it('allows transactions to interleave in their partitions', () => {
    const history = [
      transaction('a', 'ok', [send('x', 1, 0), send('y', 4, 1)]),
      transaction('b', 'ok', [send('x', 2, 1), send('y', 3, 0)]),
      read('r', {
        x: [
          [0, 1],
          [1, 2],
        ],
        y: [
          [0, 3],
          [1, 4],
        ],
      }),
    ]
    assert.deepEqual(found(...history), ['write-cycle'])
    assert.deepEqual(check(history).forbidden, [])
  })

  it('finds a record that two transactions of a group have consumed', () => {
    const written = operation('send', 'p', 'ok', [send('x', 1, 0)])
    const consume = (process: string, group: string, type: Operation['type'] = 'ok'): Operation =>
      transaction(process, type, [poll({ x: [[0, 1]] })], { group })
    assert.deepEqual(found(written, consume('a', 'g'), consume('b', 'g')), ['consumed-twice'])
    assert.deepEqual(found(written, consume('a', 'g'), consume('b', 'h')), [])
    assert.deepEqual(found(written, consume('a', 'g', 'fail'), consume('b', 'g')), [])
  })

  it('counts a transaction that nobody was told of when what it wrote was read', () => {
    const written = operation('send', 'p', 'ok', [send('x', 1, 0)])
    const unknown = transaction('a', 'info', [poll({ x: [[0, 1]] }), send('y', 2)], { group: 'g' })
    const again = transaction('b', 'ok', [poll({ x: [[0, 1]] })], { group: 'g' })
    assert.deepEqual(found(written, unknown, again), [])
    assert.deepEqual(found(written, unknown, again, read('r', { y: [[0, 2]] })), ['consumed-twice'])
  })

  it('finds a record that a group has passed over', () => {
    const written = operation('send', 'p', 'ok', [send('x', 1, 0), send('x', 2, 1), send('x', 3, 2)])
    const seen = read('r', {
      x: [
        [0, 1],
        [1, 2],
        [2, 3],
      ],
    })
    const consume = (offset: number, type: Operation['type'] = 'ok'): Operation =>
      transaction(`a${offset}`, type, [poll({ x: [[offset, offset + 1]] })], { group: 'g' })
    assert.deepEqual(found(written, seen, consume(0), consume(2)), ['consumed-never'])
    assert.deepEqual(found(written, seen, consume(0), consume(1, 'info'), consume(2)), [])
    assert.deepEqual(found(written, seen, consume(0), consume(1)), [])
  })
})

describe('strongly connected components', () => {
  const nodes = Array.from({ length: 20_000 }, (_, i) => transaction(`n${i}`, 'ok', []))
  const graphOf = (edges: Iterable<readonly [number, number]>): Map<Operation, Set<Operation>> => {
    const graph = new Map<Operation, Set<Operation>>()
    for (const [from, to] of edges) {
      const [a, b] = [nodes[from], nodes[to]]
      assert.ok(a !== undefined && b !== undefined)
      graph.set(a, (graph.get(a) ?? new Set()).add(b))
    }
    return graph
  }

  it('are told apart', () => {
    const cycles = cyclesOf(
      graphOf([
        [0, 1],
        [1, 2],
        [2, 0],
        [2, 3],
        [3, 4],
        [4, 3],
        [4, 5],
      ]),
    )
    const names = cycles.map((members) => members.map(({ process }) => process).toSorted())
    assert.deepEqual(
      new Set(names),
      new Set([
        ['n0', 'n1', 'n2'],
        ['n3', 'n4'],
      ]),
    )
  })

  it('may be as long as a history', () => {
    const chain = Array.from({ length: nodes.length - 1 }, (_, i) => [i, i + 1] as const)
    assert.deepEqual(cyclesOf(graphOf(chain)), [])
    assert.equal(cyclesOf(graphOf([...chain, [nodes.length - 1, 0]]))[0]?.length, nodes.length)
  })
})
