import assert from 'node:assert/strict'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { describe, it } from 'node:test'
import * as fc from 'fast-check'
import { FileError } from '../files.ts'
import { NodeFileHandle, unwritten } from './file-handle.ts'

type WriteDone = (error: NodeJS.ErrnoException | null, size: number, buffers: Uint8Array[]) => void
type ReadDone = (error: NodeJS.ErrnoException | null, size: number, buffer: Buffer) => void

describe('unwritten', () => {
  it('is what follows the first bytes', () => {
    const property = fc.property(fc.array(fc.uint8Array({ maxLength: 9 })), fc.nat(100), (buffers, size) => {
      const left = unwritten(buffers, size)
      assert.deepEqual(Buffer.concat(left), Buffer.concat(buffers).subarray(size))
      assert.ok(left.every((buffer) => buffer.length > 0))
    })
    fc.assert(property, { seed: 1 })
  })
})

describe('a file handle of the system', () => {
  it('goes on after short writes and short reads', async (t) => {
    const file = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'handle-')), 'a')
    const handle = new NodeFileHandle(file, fs.openSync(file, 'w+'))
    const { write, writev, read } = fs
    // The system is made to take and give a few bytes at a time.
    const shortWritev = (fd: number, buffers: Uint8Array[], position: number, done: WriteDone): void => {
      const part = Buffer.concat(buffers).subarray(0, 7)
      write(fd, part, 0, part.length, position, (error, size) => done(error, size, buffers))
    }
    const mocked = t.mock.method(
      fs,
      'writev',
      Object.assign(shortWritev, { __promisify__: writev.__promisify__ }),
    )
    const buffers = Array.from({ length: 20 }, (_, i) => Buffer.from('abcde'.repeat(i % 3)))
    await handle.write(buffers, 3)
    assert.ok(mocked.mock.callCount() > 5)
    const expected = Buffer.concat([Buffer.alloc(3), ...buffers])
    assert.ok(fs.readFileSync(file).equals(expected))
    const shortRead = (
      fd: number,
      target: Buffer,
      offset: number,
      length: number,
      at: number,
      done: ReadDone,
    ): void => read(fd, target, offset, Math.min(length, 4), at, done)
    t.mock.method(fs, 'read', Object.assign(shortRead, { __promisify__: read.__promisify__ }))
    const target = Buffer.alloc(expected.length + 5)
    assert.equal(await handle.read(target, 0), expected.length)
    assert.ok(target.subarray(0, expected.length).equals(expected))
    await handle.close()
    fs.rmSync(path.dirname(file), { recursive: true })
  })

  // Linux has a device that is always full.
  it('tells a full disk', { skip: !fs.existsSync('/dev/full') }, async () => {
    const handle = new NodeFileHandle('/dev/full', fs.openSync('/dev/full', 'r+'))
    await assert.rejects(handle.write([Buffer.from('a'), Buffer.from('b')], 0), (error) => {
      assert.ok(error instanceof FileError)
      assert.equal(error.code, 'NO_SPACE')
      assert.match(error.message, /^cannot write \/dev\/full: .*full.* \(ENOSPC\)$/)
      assert.ok(error.cause instanceof Error)
      return true
    })
    assert.throws(() => handle.writeSync(Buffer.from('a'), 0), { code: 'NO_SPACE' })
    await handle.close()
  })
})
