/**
 * The real server over a disk that fails as planned. Arguments are settings, `name=value`; the plan comes by the environment
 * (`fault-plan.ts`). Prints one line `ready {"host":…,"port":…}` when clients can connect, stops on SIGTERM.
 */
import { loadConfig, parseSetFlag } from '../../src/config/load.ts'
import { nodeEnv } from '../../src/env/node/env.ts'
import { cleanSegments } from '../../src/log/compaction/clean-segments.ts'
import type { CleanerOptions } from '../../src/log/compaction/log-cleaner.ts'
import { startServer } from '../../src/server/server.ts'
import { transactionBugs } from '../checker/transaction-bugs.ts'
import { readFaultPlan } from './fault-plan.ts'
import { FaultyFiles } from './faulty-files.ts'

const config = loadConfig({
  environment: {},
  flags: process.argv.slice(2).map(parseSetFlag),
  machine: { memoryBytes: 4 * 2 ** 30 },
})
const real = nodeEnv()
const plan = readFaultPlan(process.env)
if (plan.bug !== undefined) transactionBugs[plan.bug]()
const faults = new FaultyFiles(real.files, config.get('data.dir'), plan, () => {
  process.kill(process.pid, 'SIGKILL')
  throw new Error('the process outlived SIGKILL')
})
const env = { ...real, files: faults.wrapped }
// A thread of its own would write to the real disk.
const here: CleanerOptions['run'] = (around) => (job, signal) => cleanSegments(around, job, signal)
const server = await startServer(config, { env, ...(faults.inCompaction ? { runCleaner: here } : {}) })
process.stdout.write(`ready ${JSON.stringify({ kafka: server.kafka, http: server.http })}\n`)
process.on('SIGTERM', () => {
  faults.stopping()
  void server.close()
})
/** Memory after a collection, for suites that watch it; needs --expose-gc. */
process.on('SIGUSR2', () => {
  globalThis.gc?.()
  process.stdout.write(`memory ${JSON.stringify(process.memoryUsage())}\n`)
})
// As the command does it: what a stop waits for, timers and threads, does not keep a process alive.
const keepAlive = setInterval(() => undefined, 0x7fff_ffff)
process.exitCode = await server.done
clearInterval(keepAlive)
