/** The thread behind `openEcho`: one server that sends everything back, one that counts what it is sent. */
import { once } from 'node:events'
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { parentPort } from 'node:worker_threads'

const echo = createServer({ noDelay: true }, (socket) => {
  // The client resets its connection when it is done.
  socket.on('error', () => socket.destroy())
  socket.pipe(socket)
})

/** Answers with one byte when the size that came first, a double, has been received. */
function countBytes(socket: Socket): void {
  let missing = Number.NaN
  socket.on('error', () => socket.destroy())
  socket.on('data', (bytes: Buffer) => {
    if (Number.isNaN(missing)) missing = bytes.readDoubleBE(0) + 8
    missing -= bytes.length
    if (missing <= 0) socket.write('x')
  })
}

const ports = { echo: await portOf(echo), count: await portOf(createServer({ noDelay: true }, countBytes)) }
// That argument belongs to windows of a browser.
parentPort?.postMessage(ports)

async function portOf(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  // A TCP server that listens has this kind of address.
  return (server.address() as AddressInfo).port
}
