import assert from 'node:assert/strict'
import fs from 'node:fs'
import { describe, it } from 'node:test'
import * as fc from 'fast-check'
import { FileError } from '../files.ts'
import { NodeFileHandle, unwritten } from './file-handle.ts'

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
