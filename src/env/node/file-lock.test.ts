import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { after, before, describe, it } from 'node:test'
import { takeFileLock } from './file-lock.ts'

/** Takes the lock in another process and holds it. */
const holder = `import { takeFileLock } from '${new URL('./file-lock.ts', import.meta.url).href}'
  try { await takeFileLock(process.argv[1]); console.log('held'); setInterval(() => {}, 1000) }
  catch (error) { console.log(error.code) }`

function startHolder(file: string) {
  return spawn(process.execPath, ['--input-type=module-typescript', '-e', holder, file])
}

describe('a file lock', () => {
  let directory = ''
  before(() => {
    directory = fs.mkdtempSync(path.join(os.tmpdir(), 'lock-'))
  })
  after(() => fs.rmSync(directory, { recursive: true }))

  it('keeps other processes out, and ends with a process that is killed', async () => {
    const file = path.join(directory, '.lock')
    const first = startHolder(file)
    let warnings = ''
    first.stderr.on('data', (text: Buffer) => (warnings += text.toString()))
    const [held] = await once(first.stdout, 'data')
    assert.equal(String(held), 'held\n')
    await assert.rejects(takeFileLock(file), { code: 'LOCKED', path: file, message: /another process/ })
    const second = startHolder(file)
    const [refused] = await once(second.stdout, 'data')
    assert.equal(String(refused), 'LOCKED\n')
    await once(second, 'exit')
    first.kill('SIGKILL')
    await once(first, 'exit')
    assert.equal(warnings, '')
    await using lock = await takeFileLock(file)
    assert.ok(lock)
    assert.deepEqual(fs.readdirSync(directory), ['.lock'])
  })

  it('says what is wrong with a path that it cannot lock', async () => {
    const file = path.join(directory, 'none', '.lock')
    await assert.rejects(takeFileLock(file), { name: 'FileError', code: 'OTHER', path: file })
    const other = path.join(directory, 'data')
    fs.writeFileSync(other, 'something that is no database, and long enough to be looked at '.repeat(20))
    await assert.rejects(takeFileLock(other), { name: 'FileError', path: other })
  })
})
