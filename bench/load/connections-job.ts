import { FrameSocket } from './frame-socket.ts'

/** Opens connections, each with one request for the versions of the APIs, and holds them without using them. */
export interface ConnectionsJob {
  readonly kind: 'connections'
  readonly host: string
  readonly port: number
  readonly connections: number
}

export interface ConnectionsResult {
  readonly kind: 'connections'
  readonly connections: number
}

/** Connections that are being opened at a time. */
const OPENING = 64

/** `ready` is called when all are open, so that the parent can look at the server before it lets go of them. */
export async function holdConnections(
  job: ConnectionsJob,
  ready: () => Promise<void>,
): Promise<ConnectionsResult> {
  const open: FrameSocket[] = []
  while (open.length < job.connections) {
    const count = Math.min(OPENING, job.connections - open.length)
    const opening = Array.from({ length: count }, () =>
      FrameSocket.open(job.host, job.port, 4096, (_, __, end) => end),
    )
    open.push(...(await Promise.all(opening)))
  }
  await ready()
  for (const connection of open) connection.close()
  return { kind: 'connections', connections: open.length }
}
