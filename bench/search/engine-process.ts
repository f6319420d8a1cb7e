import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { EngineName, EngineTask, TaskOutcome } from './search-engine.ts'

const program = fileURLToPath(new URL('engine-main.ts', import.meta.url))

/** Does a task in a process of its own, so that no engine leaves anything behind for the next, and none can end the benchmark. */
export function runEngine<T extends EngineTask>(engine: EngineName, task: T): Promise<TaskOutcome<T>> {
  const child = fork(program, [], {
    execArgv: ['--expose-gc', '--max-old-space-size=4096'],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  const { promise, resolve, reject } = Promise.withResolvers<TaskOutcome<T>>()
  const endOnExit = (): void => void child.kill('SIGKILL')
  process.once('exit', endOnExit)
  child.on('message', (outcome) => resolve(outcome as TaskOutcome<T>))
  child.on('exit', (code, signal) => {
    process.off('exit', endOnExit)
    reject(new Error(`${engine} ended with ${signal ?? `code ${String(code)}`} while it did "${task.kind}"`))
  })
  child.send({ engine, task })
  return promise
}
