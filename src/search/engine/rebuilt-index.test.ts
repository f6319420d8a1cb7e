import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { SearchServer } from '../../../test/support/search-server.ts'

const settings = { 'search.segment.bytes': '65536' }
const body = { topics: 't', query: 'text:word AND n:>100', size: 50, sort: ['n'], timeout: '120s' }
let directory = ''

before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'chronik-rebuilt-'))
  await using server = await open()
  await server.create('t')
  for (let batch = 0; batch < 4; batch++)
    await server.produce(
      't',
      Array.from({ length: 300 }, (_, index) => {
        const n = batch * 300 + index
        return {
          value: { n, id: `id-${n}`, text: `the word ${n % 7} of ${n % 100} ${'more '.repeat(n % 30)}` },
        }
      }),
    )
  await server.search(body)
})
after(async () => rm(directory, { recursive: true }))

async function open(): Promise<SearchServer & AsyncDisposable> {
  const server = await SearchServer.start(directory, settings)
  return Object.assign(server, { [Symbol.asyncDispose]: () => server.close() })
}

async function answer(): Promise<unknown> {
  await using server = await open()
  const { total, hits, complete } = await server.search(body)
  return { total, hits, complete }
}

/** Paths of the index files. */
async function files(): Promise<readonly string[]> {
  const entries = await readdir(join(directory, 'search'), { recursive: true, withFileTypes: true })
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
}

async function digests(): Promise<readonly string[]> {
  const list = await files()
  return Promise.all(
    list.map(
      async (path) =>
        `${path} ${createHash('sha256')
          .update(await readFile(path))
          .digest('hex')}`,
    ),
  )
}

test('indexes that are made from nothing have the bytes of those that were there', async () => {
  const expected = await answer()
  const before = await digests()
  assert.ok(before.length > 0)
  await rm(join(directory, 'search'), { recursive: true })
  assert.deepEqual(await answer(), expected)
  assert.deepEqual(await digests(), before)
})

test('a bit that flips in any part of an index file changes no answer', async () => {
  const expected = await answer()
  for (const share of [0, 0.2, 0.5, 0.8, 0.99, 1]) {
    for (const path of await files()) {
      const bytes = await readFile(path)
      const at = Math.min(bytes.length - 1, Math.floor(bytes.length * share))
      bytes[at] = (bytes[at] ?? 0) ^ 1
      await writeFile(path, bytes)
    }
    assert.deepEqual(await answer(), expected, `at ${share} of each file`)
  }
})
