// What the simulated disk does when the power goes, when the device fails and when it is full: every state that it shows
// must be one that a real disk may show, and each of those must come up.
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Env } from '../env.ts'
import type { FileHandle } from '../files.ts'
import { simEnv } from './env.ts'
import type { SimEnv } from './env.ts'
import { sectorBytes } from './file-content.ts'
import type { Survival } from './file-content.ts'

async function readAll(env: Env, path: string): Promise<Buffer> {
  await using handle = await env.files.open(path, 'read')
  const target = Buffer.alloc(await handle.size())
  await handle.read(target, 0)
  return target
}

/** A file whose existence and present contents are durable. */
async function durableFile(env: Env, path: string, bytes: Uint8Array): Promise<FileHandle> {
  const handle = await env.files.open(path, 'create')
  await handle.write([bytes], 0)
  await handle.sync()
  await env.files.syncDirectory('/data')
  return handle
}

/** Runs `scenario` and then cuts the power, once for every seed; `check` sees what is there afterwards. */
async function afterCrashes(
  scenario: (env: SimEnv) => Promise<void>,
  check: (env: Env) => Promise<void>,
  runs = 150,
): Promise<void> {
  for (let seed = 1; seed <= runs; seed++) {
    const sim = simEnv(seed)
    await sim.kernel.settle(scenario(sim))
    sim.node.crash()
    await sim.kernel.settle(check(sim.node.boot()))
  }
}

describe('a power cut', () => {
  it('keeps what was synced', async () => {
    await afterCrashes(
      async (env) => {
        const handle = await durableFile(env, '/data/a', Buffer.alloc(1000, 'a'))
        await handle.write([Buffer.alloc(100, 'b')], 950)
        await handle.datasync()
      },
      async (env) => {
        assert.equal((await readAll(env, '/data/a')).toString(), 'a'.repeat(950) + 'b'.repeat(100))
      },
    )
  })

  it('may lose or keep every sector of an unsynced write, but never mixes within one', async () => {
    const seen = new Set<string>()
    await afterCrashes(
      async (env) => {
        const handle = await durableFile(env, '/data/a', Buffer.alloc(4 * sectorBytes, '-'))
        await handle.write([Buffer.alloc(3 * sectorBytes, '1')], sectorBytes / 2)
        await handle.write([Buffer.alloc(sectorBytes, '2')], 2 * sectorBytes)
      },
      async (env) => {
        const bytes = (await readAll(env, '/data/a')).toString()
        assert.equal(bytes.length, 4 * sectorBytes)
        const half = sectorBytes / 2
        const sectors = Array.from({ length: 4 }, (_, i) =>
          bytes.slice(i * sectorBytes, (i + 1) * sectorBytes),
        )
        const minus = '-'.repeat(half)
        const one = '1'.repeat(half)
        assert.ok([minus + minus, minus + one].includes(sectors[0] ?? ''))
        assert.ok([minus + minus, one + one].includes(sectors[1] ?? ''))
        assert.ok([minus + minus, one + one, '2'.repeat(sectorBytes)].includes(sectors[2] ?? ''))
        assert.ok([minus + minus, one + minus].includes(sectors[3] ?? ''))
        seen.add(sectors.map((sector) => `${sector.at(0)}${sector.at(-1)}`).join(' '))
      },
      600,
    )
    assert.ok(seen.has('-- -- -- --'), 'nothing kept')
    assert.ok(seen.has('-1 11 22 1-'), 'all kept')
    assert.ok(seen.has('-- -- 22 --'), 'the later write without the earlier one')
    assert.equal(seen.size, 2 * 2 * 3 * 2)
  })

  it('may keep a new size without the bytes, or the bytes without the size', async () => {
    const seen = new Set<string>()
    await afterCrashes(
      async (env) => {
        const handle = await durableFile(env, '/data/a', Buffer.alloc(10, 'a'))
        await handle.write([Buffer.alloc(1000, 'b')], 10)
      },
      async (env) => {
        const bytes = (await readAll(env, '/data/a')).toString()
        assert.equal(bytes.slice(0, 10), 'a'.repeat(10))
        assert.ok([10, 1010].includes(bytes.length))
        seen.add([10, 600].map((position) => bytes[position] ?? 'end').join(' '))
      },
    )
    assert.deepEqual([...seen].sort(), ['\0 \0', '\0 b', 'b \0', 'b b', 'end end'])
  })

  it('applies an unsynced truncation to size and bytes together', async () => {
    const seen = new Set<string>()
    await afterCrashes(
      async (env) => {
        const handle = await durableFile(env, '/data/a', Buffer.alloc(1000, 'a'))
        await handle.truncate(100)
        await handle.write([Buffer.alloc(10, 'b')], 700)
      },
      async (env) => {
        const bytes = (await readAll(env, '/data/a')).toString()
        seen.add(
          `${bytes.length} ${bytes[99]} ${bytes[100] ?? 'end'} ${bytes[600] ?? 'end'} ${bytes[705] ?? 'end'}`,
        )
      },
    )
    assert.deepEqual([...seen].sort(), [
      '100 a end end end',
      '1000 a a a a',
      '710 a \0 \0 \0',
      '710 a \0 \0 b',
    ])
  })

  it('may lose what was not synced in a directory, renames as a whole', async () => {
    const seen = new Set<string>()
    await afterCrashes(
      async (env) => {
        const old = await durableFile(env, '/data/target', Buffer.from('old'))
        const fresh = await env.files.open('/data/temporary', 'exclusive')
        await fresh.write([Buffer.from('new')], 0)
        await fresh.sync()
        await env.files.rename('/data/temporary', '/data/target')
        await Promise.all([old.close(), fresh.close()])
      },
      async (env) => {
        const target = (await readAll(env, '/data/target')).toString()
        seen.add(`${(await env.files.list('/data')).join(' ')} ${target}`)
      },
    )
    assert.deepEqual([...seen].sort(), ['target new', 'target old', 'target temporary old'])
  })

  it('takes all that is below a directory whose creation was not synced', async () => {
    const seen = new Set<string>()
    await afterCrashes(
      async (env) => {
        await env.files.makeDirectory('/data/d')
        const handle = await env.files.open('/data/d/a', 'create')
        await handle.sync()
        await env.files.syncDirectory('/data/d')
        await handle.close()
      },
      async (env) => {
        const isThere = (await env.files.stat('/data/d')) !== null
        seen.add(isThere ? (await env.files.list('/data/d')).join() : 'lost')
      },
    )
    assert.deepEqual([...seen].sort(), ['a', 'lost'])
  })

  it('never brings back what syncDirectory made durable elsewhere', async () => {
    await afterCrashes(
      async (env) => {
        await env.files.makeDirectory('/data/x')
        await env.files.makeDirectory('/data/y')
        await env.files.syncDirectory('/data')
        await (await env.files.open('/data/x/a', 'create')).close()
        await env.files.rename('/data/x/a', '/data/y/a')
        await env.files.syncDirectory('/data/y')
        await env.files.remove('/data/y/a')
        await env.files.syncDirectory('/data/y')
      },
      async (env) => {
        assert.deepEqual([await env.files.list('/data/x'), await env.files.list('/data/y')], [[], []])
      },
    )
  })

  it('ends every handle and pending operation, and frees locks', async () => {
    const sim = simEnv(1)
    const handle = await sim.kernel.settle(durableFile(sim, '/data/a', Buffer.from('x')))
    await sim.kernel.settle(sim.files.lock('/data/.lock'))
    const pending = handle.datasync()
    const outcome = assert.rejects(pending, { name: 'FileError', code: 'OTHER', message: /node is dead/ })
    sim.node.crash()
    await outcome
    await assert.rejects(handle.read(Buffer.alloc(1), 0), { code: 'OTHER' })
    assert.throws(() => handle.readSync(Buffer.alloc(1), 0), { code: 'OTHER' })
    await assert.rejects(sim.files.list('/data'), { code: 'OTHER' })
    await sim.kernel.settle(sim.node.boot().files.lock('/data/.lock'))
  })
})

describe('the death of a process', () => {
  it('keeps the page cache, synced or not, but may cut off a write under way', async () => {
    const sizes = new Set<string>()
    for (let seed = 1; seed <= 60; seed++) {
      const sim = simEnv(seed)
      const handle = await sim.kernel.settle(sim.files.open('/data/a', 'create'))
      await sim.kernel.settle(handle.write([Buffer.alloc(1000, 'a')], 0))
      handle.write([Buffer.alloc(1000, 'b')], 1000).catch(() => {})
      await sim.kernel.run(sim.kernel.nowMs + 0.1)
      sim.node.kill()
      const bytes = await sim.kernel.settle(readAll(sim.node.boot(), '/data/a'))
      assert.equal(bytes.toString(), 'a'.repeat(1000) + 'b'.repeat(bytes.length - 1000))
      sizes.add(bytes.length === 1000 ? 'none' : bytes.length === 2000 ? 'all' : 'part')
    }
    assert.ok(sizes.has('all') && sizes.has('part'))
  })
})

describe('a failing device', () => {
  it('loses for good what a failed datasync should have written, and says so once', async () => {
    let lost = 0
    for (let seed = 1; seed <= 30; seed++) {
      const sim = simEnv(seed)
      const handle = await sim.kernel.settle(durableFile(sim, '/data/a', Buffer.alloc(2000, 'a')))
      await sim.kernel.settle(handle.write([Buffer.alloc(2000, 'b')], 0))
      sim.node.disk.fault = ({ kind }) => (kind === 'datasync' ? 'EIO' : null)
      await sim.kernel.settle(assert.rejects(handle.datasync(), { code: 'IO', path: '/data/a' }))
      sim.node.disk.fault = null
      await sim.kernel.settle(handle.datasync())
      assert.equal((await sim.kernel.settle(readAll(sim, '/data/a'))).toString(), 'b'.repeat(2000))
      if (seed % 2 === 0) sim.node.disk.evict()
      else sim.node.crash('all')
      const after = await sim.kernel.settle(readAll(seed % 2 === 0 ? sim : sim.node.boot(), '/data/a'))
      if (after.includes('a')) lost++
    }
    assert.ok(lost > 25, `lost in ${lost} of 30`)
  })

  it('fails reads and syncs as often as it is told', async () => {
    const sim = simEnv(3, { disk: { readErrorChance: 0.5, syncErrorChance: 1 } })
    const handle = await sim.kernel.settle(sim.files.open('/data/a', 'create'))
    await sim.kernel.settle(assert.rejects(handle.sync(), { code: 'IO' }))
    let failures = 0
    for (let i = 0; i < 100; i++) {
      await sim.kernel.settle(
        handle.read(Buffer.alloc(1), 0).catch((error) => {
          assert.equal(error.code, 'IO')
          failures++
        }),
      )
    }
    assert.ok(failures > 20 && failures < 80)
  })

  it('turns a bit over at rest', async () => {
    const sim = simEnv(1)
    await sim.kernel.settle(durableFile(sim, '/data/a', Buffer.alloc(10)))
    sim.node.disk.corrupt('/data/a', 7)
    const bytes = await sim.kernel.settle(readAll(sim, '/data/a'))
    assert.deepEqual(
      [...bytes].map((byte) => byte !== 0),
      [...Array(10).keys()].map((i) => i === 7),
    )
    sim.node.crash('none')
    assert.ok((await sim.kernel.settle(readAll(sim.node.boot(), '/data/a'))).equals(bytes))
  })

  it('is full at its capacity: what fits is written, the rest fails, and removing makes room', async () => {
    const sim = simEnv(1, { disk: { capacity: 1000 } })
    const handle = await sim.kernel.settle(sim.files.open('/data/a', 'create'))
    await sim.kernel.settle(handle.write([Buffer.alloc(800)], 0))
    assert.equal(await sim.kernel.settle(sim.files.freeBytes('/data')), 200)
    await sim.kernel.settle(assert.rejects(handle.write([Buffer.alloc(300)], 800), { code: 'NO_SPACE' }))
    assert.equal(await sim.kernel.settle(handle.size()), 1000)
    await sim.kernel.settle(handle.write([Buffer.alloc(1000)], 0))
    await sim.kernel.settle(sim.files.remove('/data/a'))
    assert.equal(await sim.kernel.settle(sim.files.freeBytes('/data')), 1000)
  })

  it('is slow as it is told', async () => {
    const sim = simEnv(1, { disk: { latency: { minMs: 5, maxMs: 6, spikeChance: 0.5, spikeMs: 1000 } } })
    const times: number[] = []
    for (let i = 0; i < 40; i++) {
      const before = sim.kernel.nowMs
      await sim.kernel.settle(sim.files.list('/data'))
      times.push(sim.kernel.nowMs - before)
    }
    assert.ok(times.every((time) => (time >= 5 && time < 6) || (time >= 1005 && time < 1006)))
    assert.ok(times.some((time) => time < 6) && times.some((time) => time > 1000))
  })
})

/** Replaces a file safely. */
async function replace(env: Env): Promise<void> {
  const handle = await env.files.open('/data/new', 'create')
  await handle.write([Buffer.from('version 2')], 0)
  await handle.sync()
  await handle.close()
  await env.files.rename('/data/new', '/data/file')
  await env.files.syncDirectory('/data')
}

/** Stops `replace` at its crash point number `point`, and tells what is in the file then; null when it has fewer points. */
async function outcome(point: number, seed: number, survival: Survival): Promise<string | null> {
  const sim = simEnv(seed)
  await sim.kernel.settle(
    durableFile(sim, '/data/file', Buffer.from('version 1')).then((file) => file.close()),
  )
  let count = 0
  sim.node.disk.onOperation = () => {
    if (count++ === point) sim.node.crash(survival)
  }
  const completed = await sim.kernel.settle(
    replace(sim).then(
      () => true,
      () => false,
    ),
  )
  assert.equal(completed, count <= point)
  sim.node.disk.onOperation = null
  return completed ? null : (await sim.kernel.settle(readAll(sim.node.boot(), '/data/file'))).toString()
}

describe('crash points', () => {
  it('reach every operation of a scenario, and a safe protocol survives all of them', async () => {
    const seen: Set<string>[] = []
    for (let point = 0; (await outcome(point, 1, 'all')) !== null; point++) {
      const outcomes = new Set<string>()
      for (const survival of ['none', 'all', 'prefix', 'torn'] as const) {
        for (let seed = 1; seed <= 6; seed++) outcomes.add((await outcome(point, seed, survival)) ?? '')
      }
      seen.push(outcomes)
    }
    const described = seen.map((outcomes) => [...outcomes].sort().join(' or '))
    // Before and after each of open, write, sync, close, rename and syncDirectory.
    assert.deepEqual(described, [
      ...Array.from({ length: 9 }, () => 'version 1'),
      'version 1 or version 2',
      'version 1 or version 2',
      'version 2',
    ])
  })

  it('find the mistake in a protocol that does not sync the file before the rename', async () => {
    const seen = new Set<string>()
    for (let seed = 1; seed <= 60; seed++) {
      const sim = simEnv(seed)
      await sim.kernel.settle(durableFile(sim, '/data/file', Buffer.from('version 1')))
      const handle = await sim.kernel.settle(sim.files.open('/data/new', 'create'))
      await sim.kernel.settle(handle.write([Buffer.from('version 2')], 0))
      await sim.kernel.settle(sim.files.rename('/data/new', '/data/file'))
      sim.node.crash()
      seen.add((await sim.kernel.settle(readAll(sim.node.boot(), '/data/file'))).toString())
    }
    assert.ok(seen.has(''), 'an empty file must be among the outcomes')
  })
})
