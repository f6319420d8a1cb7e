import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { it } from 'node:test'
import { connect } from './connect.ts'
import { freePort, ServerProcess } from './server-process.ts'

/** Position of the flag in the checkpoint that says that nothing needs recovery. */
const cleanAt = 20

it('a stop closes the log in order although clients are still connected', async () => {
  const dataDirectory = mkdtempSync(join(tmpdir(), 'chronik-stop-'))
  const port = await freePort(20_500)
  const { process: server, ready } = await ServerProcess.start({ dataDirectory, port, settings: {} })
  assert.ok(ready, server.output)
  const connection = await connect(port)
  server.stop()
  assert.deepEqual(await server.exited, { code: 0, signal: null }, server.output)
  assert.equal(readFileSync(join(dataDirectory, 'checkpoint'))[cleanAt], 1)
  connection.close()
  rmSync(dataDirectory, { recursive: true })
})
