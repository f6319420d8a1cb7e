import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import fc from 'fast-check'
import { nodeEnv } from '../../env/node/env.ts'
import type { LogRecord } from '../../records/record.ts'
import { assertSameIndex } from '../testing/compare-readers.ts'
import { naiveReader } from '../testing/naive-reader.ts'
import { bothForms, randomDocument } from '../testing/random-records.ts'
import { BlockCache } from './block-cache.ts'
import { openIndex, writeIndex } from './index-file.ts'
import { IndexDamageError } from './index-layout.ts'
import type { SealedIndex } from './sealed-index.ts'
import { TailIndex } from './tail-index.ts'

const { files } = nodeEnv()
const identity = { topic: 'naive', topicId: 'AAAAAAAAAAAAAAAAAAAAAA', partition: 3 }
const mapping = { keepsDateStrings: true }
const noPause = async (): Promise<void> => undefined
let directory = ''

before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'index-file-'))
})
after(async () => rm(directory, { recursive: true }))

async function sealed(name: string, write: (path: string) => Promise<void>): Promise<Buffer> {
  const path = join(directory, name)
  await files.remove(path)
  await write(path)
  return readFile(path)
}

async function sealTail(
  name: string,
  records: readonly LogRecord[],
  blockDocs: number,
  baseOffset = 100,
): Promise<Buffer> {
  const tail = new TailIndex({ ...identity, baseOffset, blockDocs, mapping })
  for (const record of records) tail.append(record)
  return sealed(name, async (path) => {
    await using handle = await files.open(path, 'create')
    await tail.seal(handle, noPause)
  })
}

async function open(name: string, cacheBytes = 1 << 20) {
  return openIndex(await files.open(join(directory, name), 'read'), new BlockCache(cacheBytes))
}

/** Many documents whose terms have lists of every size, repeated values, gaps in the offsets. */
function manyRecords(count: number, first = 100): LogRecord[] {
  return Array.from({ length: count }, (_, index) => {
    const n = index + first
    const value = {
      level: ['INFO', 'WARN', 'ERROR'][n % 3],
      msg: `common ${n % 2 === 0 ? 'even even' : 'odd'} w${n % 50} unique${n} tail common`,
      id: `${(n * 7919) % 1_000_003}-abcdef`,
      n: n / 100,
      tags: n % 5 === 0 ? ['a', `t${n % 7}`, 'a'] : [],
      ...(n % 90 === 0 ? { rare: `r${n}` } : {}),
      ok: n % 4 === 0,
      at: new Date(1_700_000_000_000 + n * 977).toISOString(),
    }
    return {
      offset: first + index + Math.floor(index / 300),
      timestamp: 1_700_000_000_000 + n * 977,
      key: Buffer.from(`key${n % 11}`),
      value: Buffer.from(JSON.stringify(value)),
      headers: [],
    }
  })
}

test('a file shows what its documents hold, through every view, however it was cut into blocks', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(randomDocument, { minLength: 1, maxLength: 30 }),
      fc.integer({ min: 1, max: 30 }),
      async (documents, blockDocs) => {
        const { naive, log } = bothForms(documents, false)
        const bytes = await sealTail('random', log, blockDocs)
        await using index = await open('random')
        assertSameIndex(index, naiveReader(naive, { ...identity, baseOffset: 100 }))
        assert.ok(bytes.equals(await sealTail('again', log, 1000)))
      },
    ),
    { numRuns: 12 },
  )
})

test('long lists, gaps and merged files show the same as plain documents', async () => {
  const log = manyRecords(1100)
  const naive = log.map(({ offset, timestamp, key, value }) => ({
    offset,
    timestamp,
    key: key?.toString() ?? null,
    value: JSON.parse(value?.toString() ?? '') as unknown,
  }))
  const expected = naiveReader(naive, { ...identity, baseOffset: 100 })
  const whole = await sealTail('whole', log, 5000)
  const cut = log[499]?.offset ?? 0
  await sealTail('left', log.slice(0, 500), 130)
  await sealTail('right', log.slice(500), 5000, cut + 1)
  await using left = await open('left')
  await using right = await open('right')
  const merged = await sealed('merged', async (path) => {
    await using handle = await files.open(path, 'create')
    await writeIndex(handle, [left, right], noPause)
  })
  await using index = await open('merged', 1)
  assertSameIndex(index, expected)
  await index.verify(noPause)
  assert.ok(merged.equals(whole), 'a merged file differs from one written at once')
})

test('the same records give the same bytes', async () => {
  const log = manyRecords(500)
  assert.ok((await sealTail('first', log, 64)).equals(await sealTail('second', log, 64)))
})

test('fingerprints and exact strings merge to fingerprints, which name every document that holds a string', async () => {
  // Without a word: such are the strings that fingerprints are for.
  const value = (offset: number): string =>
    offset.toString(2).padStart(60, '.').replaceAll('0', '-').replaceAll('1', '=')
  const tailOf = (from: number, to: number): TailIndex => {
    const tail = new TailIndex({ ...identity, baseOffset: from, blockDocs: 400 })
    for (let offset = from; offset < to; offset++) {
      const json = Buffer.from(JSON.stringify({ msg: value(offset % 1000) }))
      tail.append({ offset, timestamp: offset, key: null, value: json, headers: [] })
    }
    return tail
  }
  const exact = tailOf(0, 100)
  const prints = tailOf(100, 1300)
  await sealed('prints', async (path) => {
    await using handle = await files.open(path, 'create')
    await writeIndex(handle, [...exact.readers(), ...prints.readers()], noPause)
  })
  await using index = await open('prints')
  const field = index.field('msg')
  assert.equal(field?.keyword, null)
  for (const offset of [0, 50, 99, 100, 299, 300, 999]) {
    const found: number[] = [...(field?.candidates(Buffer.from(value(offset))) ?? [])]
    assert.ok(found.includes(offset) && found.length <= 3, `offset ${offset}: ${found.join()}`)
    if (offset < 300) assert.ok(found.includes(offset + 1000))
  }
})

test('only adjacent ranges are merged', async () => {
  const one = new TailIndex({ ...identity, baseOffset: 0 })
  const other = new TailIndex({ ...identity, baseOffset: 5 })
  const inputs: SealedIndex[] = [...one.readers(), ...other.readers()]
  await using handle = await files.open(join(directory, 'gap'), 'create')
  await assert.rejects(writeIndex(handle, inputs, noPause), /offsets 0 to 5/)
})

test('an index without documents can be written and read', async () => {
  const tail = new TailIndex({ ...identity, baseOffset: 7 })
  tail.advanceTo(9)
  await sealed('empty', async (path) => {
    await using handle = await files.open(path, 'create')
    await tail.seal(handle, noPause)
  })
  await using index = await open('empty')
  assert.equal(index.docCount, 0)
  assert.equal(index.endOffset, 9)
  assert.deepEqual(index.fieldNames(), [])
  assert.equal(index.maxTimestamp, -1)
})

/** Reads everything that the index has. */
function readAll(index: SealedIndex): void {
  assertSameIndex(index, index)
}

test('a flipped bit anywhere is found by verify, and no reader serves it', async () => {
  const bytes = await sealTail('damaged', manyRecords(700), 5000)
  const path = join(directory, 'damaged')
  await fc.assert(
    fc.asyncProperty(fc.nat(bytes.length - 1), fc.nat(7), async (at, bit) => {
      const damaged = Buffer.from(bytes)
      damaged[at] = (damaged[at] ?? 0) ^ (1 << bit)
      await writeFile(path, damaged)
      await assert.rejects(async () => {
        await using index = await open('damaged')
        await index.verify(noPause)
      }, IndexDamageError)
    }),
    {
      numRuns: 60,
      examples: [
        [0, 0],
        [bytes.length - 1, 0],
        [bytes.length - 40, 3],
      ],
    },
  )
  const damaged = Buffer.from(bytes)
  damaged[Math.floor(bytes.length / 4)] = (damaged[Math.floor(bytes.length / 4)] ?? 0) ^ 1
  await writeFile(path, damaged)
  await using index = await open('damaged')
  assert.throws(() => readAll(index), IndexDamageError)
})

test('damage in any part of a file is found: header, sections, directory, checksums, trailer', async () => {
  const bytes = await sealTail('parts', manyRecords(300), 5000)
  const path = join(directory, 'parts')
  const trailer = bytes.length - 32
  const from = Number(bytes.readBigUInt64LE(trailer))
  const checksums = from + bytes.readUInt32LE(trailer + 8)
  const places = [0, 8, 12, 16, from - 1, from, checksums - 1, checksums, trailer - 1]
  for (const field of [0, 8, 12, 16, 20, 24, 31]) places.push(trailer + field)
  for (let part = 1; part < 40; part++) places.push(16 + Math.floor(((from - 17) * part) / 40))
  for (const at of places) {
    const damaged = Buffer.from(bytes)
    damaged[at] = (damaged[at] ?? 0) ^ 0x10
    await writeFile(path, damaged)
    await assert.rejects(
      async () => {
        await using index = await open('parts')
        await index.verify(noPause)
      },
      IndexDamageError,
      `byte ${at} of ${bytes.length}`,
    )
  }
})

test('a file that is cut off is not opened', async () => {
  const bytes = await sealTail('torn', manyRecords(100), 5000)
  const path = join(directory, 'torn')
  for (const length of [0, 1, 31, 32, 1000, bytes.length - 33, bytes.length - 1]) {
    await writeFile(path, bytes.subarray(0, length))
    await assert.rejects(open('torn'), IndexDamageError, `${length} bytes`)
  }
  await writeFile(path, Buffer.concat([bytes, Buffer.alloc(1)]))
  await assert.rejects(open('torn'), IndexDamageError)
})
