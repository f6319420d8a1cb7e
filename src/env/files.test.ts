// What every file system must do, run against the real one and the simulated one.
import assert from 'node:assert/strict'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { describe, it } from 'node:test'
import * as fc from 'fast-check'
import type { FileHandle, Files } from './files.ts'
import { nodeFiles } from './node/files.ts'
import { simEnv } from './sim/env.ts'

type Scenario = (files: Files, directory: string) => Promise<void>

const worlds: readonly { name: string; run: (scenario: Scenario) => Promise<void> }[] = [
  {
    name: 'node',
    run: async (scenario) => {
      const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'files-'))
      try {
        await scenario(nodeFiles, directory)
      } finally {
        fs.rmSync(directory, { recursive: true })
      }
    },
  },
  ...[1, 2, 3].map((seed) => ({
    name: `simulated, seed ${seed}`,
    run: async (scenario: Scenario) => {
      const env = simEnv(seed)
      await env.kernel.settle(scenario(env.files, '/data'))
    },
  })),
]

async function contents(handle: FileHandle): Promise<string> {
  const target = Buffer.alloc((await handle.size()) + 10)
  const size = await handle.read(target, 0)
  return target.toString('latin1', 0, size)
}

for (const { name, run } of worlds) {
  const scenario = (title: string, body: Scenario) => it(title, () => run(body))

  describe(`files: ${name}`, () => {
    scenario('open modes', async (files, directory) => {
      const file = `${directory}/a`
      await assert.rejects(files.open(file, 'read'), { name: 'FileError', code: 'NOT_FOUND', path: file })
      await assert.rejects(files.open(file, 'update'), { code: 'NOT_FOUND' })
      await assert.rejects(files.open(`${directory}/missing/a`, 'create'), { code: 'NOT_FOUND' })
      const made = await files.open(file, 'exclusive')
      await made.write([Buffer.from('kept')], 0)
      await assert.rejects(files.open(file, 'exclusive'), { code: 'EXISTS' })
      for (const mode of ['read', 'update', 'create'] as const) {
        await using handle = await files.open(file, mode)
        assert.equal(handle.path, file)
        assert.equal(await contents(handle), 'kept')
      }
      await made.close()
    })

    scenario('a handle for reading cannot write', async (files, directory) => {
      const made = await files.open(`${directory}/a`, 'create')
      await made.close()
      await using handle = await files.open(`${directory}/a`, 'read')
      await assert.rejects(handle.write([Buffer.from('x')], 0), { code: 'OTHER' })
      assert.throws(() => handle.writeSync(Buffer.from('x'), 0), { code: 'OTHER' })
      await assert.rejects(handle.truncate(0), { code: 'OTHER' })
      assert.equal(await handle.size(), 0)
    })

    scenario('reads are short only at the end of the file', async (files, directory) => {
      await using handle = await files.open(`${directory}/a`, 'create')
      await handle.write([Buffer.from('0123456789')], 0)
      const target = Buffer.alloc(4)
      assert.equal(await handle.read(target, 2), 4)
      assert.equal(target.toString(), '2345')
      assert.equal(await handle.read(target, 8), 2)
      assert.equal(target.toString(), '8945')
      assert.equal(await handle.read(target, 10), 0)
      assert.equal(await handle.read(target, 1000), 0)
      assert.equal(await handle.read(Buffer.alloc(0), 0), 0)
      assert.equal(handle.readSync(target, 9), 1)
      assert.equal(handle.readSync(target, 0), 4)
      assert.equal(target.toString(), '0123')
    })

    scenario('a write takes any number of buffers, empty ones too, anywhere', async (files, directory) => {
      await using handle = await files.open(`${directory}/a`, 'create')
      const buffers = Array.from({ length: 3000 }, (_, i) => Buffer.from(i % 3 === 0 ? '' : `${i},`))
      await handle.write(buffers, 5)
      const expected = Buffer.concat([Buffer.alloc(5), ...buffers])
      assert.equal(await contents(handle), expected.toString('latin1'))
      await handle.write([], 0)
      await handle.write([Buffer.alloc(0)], 1_000_000)
      handle.writeSync(Buffer.from('sync'), 1)
      assert.equal(await handle.size(), expected.length)
      assert.equal((await contents(handle)).slice(0, 5), '\0sync')
    })

    scenario('truncate cuts off, and extends with zeros', async (files, directory) => {
      await using handle = await files.open(`${directory}/a`, 'create')
      await handle.write([Buffer.alloc(2000, 'x')], 0)
      await handle.truncate(3)
      await handle.truncate(6)
      assert.equal(await contents(handle), 'xxx\0\0\0')
      await handle.datasync()
      await handle.sync()
    })

    scenario('closing waits for what is under way, and ends the handle', async (files, directory) => {
      const handle = await files.open(`${directory}/a`, 'create')
      const writes = Array.from({ length: 8 }, (_, i) =>
        handle.write([Buffer.alloc(100_000, i)], i * 100_000),
      )
      const closed = handle.close()
      await Promise.all(writes)
      await closed
      await handle.close()
      await assert.rejects(handle.read(Buffer.alloc(1), 0), { code: 'OTHER' })
      await assert.rejects(handle.write([Buffer.alloc(1)], 0), { code: 'OTHER' })
      assert.throws(() => handle.readSync(Buffer.alloc(1), 0), { code: 'OTHER' })
      assert.equal((await files.stat(`${directory}/a`))?.size, 800_000)
    })

    scenario('directories are made, listed and removed', async (files, directory) => {
      await files.makeDirectory(`${directory}/x/y/z`)
      await files.makeDirectory(`${directory}/x/y/z`)
      for (const name of ['b', 'a', 'C', '10', '9']) {
        await (await files.open(`${directory}/x/${name}`, 'create')).close()
      }
      assert.deepEqual(await files.list(`${directory}/x`), ['10', '9', 'C', 'a', 'b', 'y'])
      await assert.rejects(files.list(`${directory}/none`), { code: 'NOT_FOUND' })
      await assert.rejects(files.list(`${directory}/x/a`), { code: 'OTHER' })
      await assert.rejects(files.makeDirectory(`${directory}/x/a`), { code: 'EXISTS' })
      await assert.rejects(files.remove(`${directory}/x/y`), { code: 'OTHER' })
      await files.syncDirectory(`${directory}/x`)
      await assert.rejects(files.syncDirectory(`${directory}/none`), { code: 'NOT_FOUND' })
      await files.removeTree(`${directory}/x`)
      await files.removeTree(`${directory}/x`)
      assert.deepEqual(await files.list(directory), [])
    })

    scenario('stat tells what is there', async (files, directory) => {
      const handle = await files.open(`${directory}/a`, 'create')
      await handle.write([Buffer.alloc(77)], 0)
      await handle.close()
      const stat = await files.stat(`${directory}/a`)
      assert.equal(stat?.kind, 'file')
      assert.equal(stat.size, 77)
      assert.ok(stat.modifiedMs > Date.UTC(2025))
      assert.equal((await files.stat(directory))?.kind, 'directory')
      assert.equal(await files.stat(`${directory}/b`), null)
      assert.equal(await files.stat(`${directory}/a/b`), null)
    })

    scenario('rename replaces, and open handles follow the file', async (files, directory) => {
      const [from, to] = [`${directory}/from`, `${directory}/to`]
      await using old = await files.open(to, 'create')
      await old.write([Buffer.from('old')], 0)
      await using handle = await files.open(from, 'create')
      await handle.write([Buffer.from('new')], 0)
      await files.rename(from, to)
      await handle.write([Buffer.from('er')], 3)
      assert.deepEqual(await files.list(directory), ['to'])
      assert.equal(await contents(await files.open(to, 'read')), 'newer')
      assert.equal(await contents(old), 'old')
      await assert.rejects(files.rename(from, to), { code: 'NOT_FOUND' })
      await files.makeDirectory(`${directory}/d/e`)
      await assert.rejects(files.rename(to, `${directory}/d`), { code: 'OTHER' })
      await assert.rejects(files.rename(`${directory}/d`, `${directory}/d/e/f`), { code: 'OTHER' })
      await files.rename(`${directory}/d`, `${directory}/g`)
      assert.deepEqual(await files.list(`${directory}/g`), ['e'])
    })

    scenario('a removed file stays readable through its handle', async (files, directory) => {
      await using handle = await files.open(`${directory}/a`, 'create')
      await handle.write([Buffer.from('still here')], 0)
      await files.remove(`${directory}/a`)
      await files.remove(`${directory}/a`)
      assert.equal(await files.stat(`${directory}/a`), null)
      assert.equal(await contents(handle), 'still here')
    })

    scenario('a lock is held once and can be taken again after its release', async (files, directory) => {
      const first = await files.lock(`${directory}/.lock`)
      await assert.rejects(files.lock(`${directory}/.lock`), { code: 'LOCKED', path: `${directory}/.lock` })
      const other = await files.lock(`${directory}/.lock2`)
      await first.release()
      await first.release()
      await using second = await files.lock(`${directory}/.lock`)
      await first.release()
      await assert.rejects(files.lock(`${directory}/.lock`), { code: 'LOCKED' })
      await other.release()
      await second.release()
      await assert.rejects(files.lock(`${directory}/none/.lock`), { name: 'FileError' })
    })

    scenario('free bytes', async (files, directory) => {
      assert.ok((await files.freeBytes(directory)) > 1_000_000)
      assert.ok((await files.totalBytes(directory)) >= (await files.freeBytes(directory)))
      await assert.rejects(files.freeBytes(`${directory}/none`), { code: 'NOT_FOUND' })
    })

    scenario('any sequence of writes and truncations gives what an array would', async (files, directory) => {
      const step = fc.oneof(
        fc.record({ position: fc.nat(3000), bytes: fc.uint8Array({ maxLength: 1500 }) }),
        fc.record({ length: fc.nat(4000) }),
      )
      let run = 0
      const property = fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
        await using handle = await files.open(`${directory}/${run++}`, 'exclusive')
        let model = Buffer.alloc(0)
        for (const item of steps) {
          if ('length' in item) {
            await handle.truncate(item.length)
            model = Buffer.concat([model, Buffer.alloc(item.length)]).subarray(0, item.length)
          } else if (item.bytes.length > 0) {
            await handle.write([item.bytes], item.position)
            const grown = Buffer.alloc(Math.max(model.length, item.position + item.bytes.length))
            model.copy(grown)
            grown.set(item.bytes, item.position)
            model = grown
          }
        }
        assert.equal(await contents(handle), model.toString('latin1'))
      })
      await fc.assert(property, { numRuns: 50, seed: 7 })
    })
  })
}
