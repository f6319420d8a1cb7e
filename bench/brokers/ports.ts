import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'

/** The ports of the server with this directory: free ones when it is first started, the same ones ever after. */
export async function keptPorts(directory: string, count: number): Promise<readonly number[]> {
  const file = join(directory, 'ports')
  if (existsSync(file)) return readFileSync(file, 'utf8').split(' ').map(Number)
  const ports: number[] = []
  while (ports.length < count) {
    const port = await freePort()
    if (!ports.includes(port)) ports.push(port)
  }
  writeFileSync(file, ports.join(' '))
  return ports
}

/** A port below those that clients get, or one of their connections might take it while the server is down. */
async function freePort(): Promise<number> {
  for (;;) {
    const port = 20_000 + Math.floor(Math.random() * 12_000)
    if (await canListen(port)) return port
  }
}

function canListen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })
}
