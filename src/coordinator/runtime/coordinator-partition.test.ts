import assert from 'node:assert/strict'
import test from 'node:test'
import { KafkaError } from '../../protocol/errors.ts'
import { ManualTime } from '../testing/manual-time.ts'
import { MemoryLog } from '../testing/memory-log.ts'
import type { CoordinatorRecord } from './coordinator-log.ts'
import { CoordinatorPartition } from './coordinator-partition.ts'
import type { CoordinatorShard } from './coordinator-shard.ts'
import { TimelineMap } from './timeline.ts'
import type { Timeline } from './timeline.ts'
import { PARKED } from './turn.ts'
import type { Turn } from './turn.ts'

interface CounterTypes {
  readonly record: { readonly name: string; readonly value: number }
  readonly event: string
  readonly completion: string
  readonly parked: string
}

/** Counters by name; a record is `name=value`. */
class CounterShard implements CoordinatorShard<CounterTypes> {
  readonly counters: TimelineMap<string, number>
  readonly notes: string[] = []

  constructor(timeline: Timeline) {
    this.counters = new TimelineMap(timeline)
  }

  add(turn: Turn<CounterTypes>, name: string, by: number): number {
    const value = (this.counters.get(name) ?? 0) + by
    turn.records.push({ name, value })
    return value
  }

  replay({ name, value }: CounterTypes['record']): void {
    this.counters.set(name, value)
  }

  encode({ name, value }: CounterTypes['record']): CoordinatorRecord {
    return { key: Buffer.from(name), value: Buffer.from(String(value)) }
  }

  decode(key: Buffer, value: Buffer | null): CounterTypes['record'] | null {
    const name = key.toString()
    return name === 'unknown' ? null : { name, value: Number(value) }
  }

  loaded(turn: Turn<CounterTypes>): void {
    turn.timers.push({ kind: 'schedule', key: 'tick', delayMs: 1_000, event: 'tick' })
  }

  handle(event: string, turn: Turn<CounterTypes>): void {
    this.add(turn, event, 1)
  }

  stored(completion: string, error: KafkaError | null, turn: Turn<CounterTypes>): void {
    this.notes.push(`${completion}: ${error?.errorName ?? 'stored'}`)
    turn.replies.push({
      kind: 'response',
      waiter: Number(completion),
      response: error?.errorName ?? 'stored',
    })
  }

  rolledBack(error: KafkaError): void {
    this.notes.push(`rolled back: ${error.errorName}`)
  }
}

interface Setup {
  readonly time: ManualTime
  readonly log: MemoryLog
  readonly partition: CoordinatorPartition<CounterTypes, CounterShard>
  readonly failures: Error[]
}

async function setup(limits: { appendMaxBytes?: number; pendingMaxBytes?: number } = {}): Promise<Setup> {
  const time = new ManualTime()
  const log = new MemoryLog()
  const failures: Error[] = []
  const partition = new CoordinatorPartition<CounterTypes, CounterShard>(
    0,
    (timeline) => new CounterShard(timeline),
    {
      log,
      clock: time,
      scheduler: time,
      appendMaxBytes: 1_000,
      pendingMaxBytes: 1_000,
      writeTimeoutMs: 5_000,
      failed: (error) => failures.push(error),
      ...limits,
    },
  )
  await partition.load()
  return { time, log, partition, failures }
}

test('commands of one turn of the event loop share an append; those during it share the next', async () => {
  const { time, log, partition } = await setup()
  const first = ['a', 'b', 'a'].map((name) => partition.write((shard, turn) => shard.add(turn, name, 1)))
  log.held = true
  await time.settle()
  const second = ['a', 'b'].map((name) => partition.write((shard, turn) => shard.add(turn, name, 1)))
  const query = partition.write((shard) => shard.counters.get('a'))
  assert.equal(
    partition.read((shard) => shard.counters.getCommitted('a')),
    undefined,
  )
  log.release()
  await time.settle()
  assert.deepEqual(await Promise.all([...first, ...second, query]), [1, 1, 2, 3, 2, 3])
  assert.deepEqual(log.batches, [3, 2])
})

test('batches respect the limit, turns stay whole unless they may be split', async () => {
  const { time, log, partition } = await setup({ appendMaxBytes: 6 })
  const names = ['a', 'b', 'c', 'd', 'e']
  const whole = partition.write((shard, turn) => names.map((name) => shard.add(turn, name, 1)))
  await time.settle()
  await whole
  const split = partition.write((shard, turn) => {
    turn.atomic = false
    return names.map((name) => shard.add(turn, name, 1))
  })
  await time.settle()
  await split
  const separate = names.map((name) => partition.write((shard, turn) => shard.add(turn, name, 1)))
  await time.settle()
  await Promise.all(separate)
  assert.deepEqual(log.batches, [5, 3, 2, 3, 2])
})

test('when too much waits, commands are turned away', async () => {
  const { time, log, partition } = await setup({ pendingMaxBytes: 5 })
  log.held = true
  const held = partition.write((shard, turn) => shard.add(turn, 'counter', 1))
  await assert.rejects(
    partition.write((shard, turn) => shard.add(turn, 'counter', 1)),
    { errorName: 'COORDINATOR_NOT_AVAILABLE' },
  )
  log.release()
  await time.settle()
  assert.equal(await held, 1)
})

test('a failed append undoes what was built on it and tells completions before the shard', async () => {
  const { time, log, partition } = await setup()
  const parked = partition.write<string>((shard, turn) => {
    shard.add(turn, 'a', 1)
    turn.completion = String(turn.waiter)
    return PARKED
  })
  log.held = true
  await time.settle()
  const built = partition.write((shard, turn) => shard.add(turn, 'a', 1))
  log.failure = 'NOT_ENOUGH_REPLICAS'
  log.release()
  const rejection = assert.rejects(built, { errorName: 'COORDINATOR_NOT_AVAILABLE' })
  await time.settle()
  await rejection
  assert.equal(await parked, 'COORDINATOR_NOT_AVAILABLE')
  partition.read((shard) => {
    assert.equal(shard.counters.get('a'), undefined)
    assert.equal(shard.notes.at(-1), 'rolled back: COORDINATOR_NOT_AVAILABLE')
  })
  const after = partition.write((shard, turn) => shard.add(turn, 'a', 5))
  await time.settle()
  assert.equal(await after, 5)
})

test('after an append of unknown outcome the shard is loaded again', async () => {
  const { time, log, partition, failures } = await setup()
  log.failure = 'REQUEST_TIMED_OUT'
  const write = assert.rejects(
    partition.write((shard, turn) => shard.add(turn, 'a', 1)),
    { errorName: 'COORDINATOR_NOT_AVAILABLE' },
  )
  log.partitions.set(0, [
    { key: Buffer.from('a'), value: Buffer.from('7') },
    { key: Buffer.from('unknown'), value: Buffer.from('7') },
  ])
  await time.settle()
  await write
  assert.equal(
    partition.read((shard) => shard.counters.get('a')),
    7,
  )
  assert.deepEqual(failures, [])
})

test('a load that fails leaves the partition out of service, until it is loaded again', async () => {
  const { log, partition } = await setup()
  log.failure = 'KAFKA_STORAGE_ERROR'
  await assert.rejects(partition.load(), { errorName: 'KAFKA_STORAGE_ERROR' })
  assert.throws(() => partition.read(() => 0), { errorName: 'NOT_COORDINATOR' })
  log.failure = null
  await partition.load()
  assert.equal(
    partition.read(() => 0),
    0,
  )
})

test('timers run commands; what they throw is reported', async () => {
  const { time, log, partition, failures } = await setup()
  await time.advance(1_000)
  assert.deepEqual(log.batches, [1])
  await assert.rejects(
    partition.write(() => {
      throw new Error('broken')
    }),
    /broken/,
  )
  assert.deepEqual(failures, [])
  const scheduled = partition.write((_shard, turn) => {
    turn.timers.push({ kind: 'schedule', key: 'bad', delayMs: 10, event: 'bad' })
    return true
  })
  assert.equal(await scheduled, true)
  partition.read((shard) => {
    shard.handle = () => {
      throw new Error('broken timer')
    }
  })
  await time.advance(10)
  assert.deepEqual(
    failures.map(({ message }) => message),
    ['broken timer'],
  )
})

test('what an old append brings after an unload is ignored', async () => {
  const { time, log, partition } = await setup()
  log.held = true
  const write = assert.rejects(
    partition.write((shard, turn) => shard.add(turn, 'a', 1)),
    { errorName: 'NOT_COORDINATOR' },
  )
  await time.settle()
  partition.unload(new KafkaError('NOT_COORDINATOR', 'moved'))
  await write
  log.release()
  await time.settle()
  assert.equal(time.timers, 0)
  assert.throws(() => partition.read(() => 0), { errorName: 'NOT_COORDINATOR' })
})
