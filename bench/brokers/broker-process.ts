import { spawn, type ChildProcess } from 'node:child_process'
import { closeSync, openSync, readFileSync } from 'node:fs'
import type { RunningBroker, SystemName } from './broker.ts'

export interface BrokerCommand {
  readonly system: SystemName
  readonly program: string
  readonly args: readonly string[]
  readonly host: string
  readonly dataDir: string
  /** Where the process writes what it says. */
  readonly logFile: string
  /** Resolves with the port when clients are answered; it is polled for, so it must return null while they are not. */
  readonly isReady: (pid: number) => Promise<number | null>
}

const READY_TIMEOUT_MS = 120_000
const STOP_TIMEOUT_MS = 60_000
/** Short, because the time of a start is measured too. */
const POLL_MS = 10

/** Starts a server and waits until it answers. When it ends or does not answer in time, its log's end is in the error. */
export async function startBroker(command: BrokerCommand): Promise<RunningBroker> {
  const log = openSync(command.logFile, 'a')
  const startedAt = performance.now()
  const child = spawn(command.program, command.args, { stdio: ['ignore', log, log] })
  closeSync(log)
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => resolve())
    child.once('error', () => resolve())
  })
  const { pid } = child
  if (pid === undefined) throw new Error(`${command.program} could not be started`)
  const endOnExit = (): void => void child.kill('SIGKILL')
  process.once('exit', endOnExit)
  void ended.then(() => process.off('exit', endOnExit))
  const port = await waitUntilReady(command, child, pid, startedAt)
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    child.kill(signal)
    const timer = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS)
    await ended
    clearTimeout(timer)
  }
  return {
    system: command.system,
    pid,
    host: command.host,
    port,
    dataDir: command.dataDir,
    startedAt,
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
  }
}

async function waitUntilReady(
  command: BrokerCommand,
  child: ChildProcess,
  pid: number,
  startedAt: number,
): Promise<number> {
  for (;;) {
    const port = await command.isReady(pid)
    if (port !== null) return port
    const late = performance.now() - startedAt > READY_TIMEOUT_MS
    if (late || child.exitCode !== null || child.signalCode !== null) {
      child.kill('SIGKILL')
      const tail = readFileSync(command.logFile, 'utf8').split('\n').slice(-15).join('\n')
      throw new Error(
        `${command.system} ${late ? 'is not ready in time' : 'ended at its start'}; ${command.logFile} ends:\n${tail}`,
      )
    }
    await new Promise((resolve) => {
      setTimeout(resolve, POLL_MS)
    })
  }
}
