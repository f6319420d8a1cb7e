import { spawn } from 'node:child_process'

const TIMEOUT_MS = 60_000

export interface Finished {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Runs a program to its end, with the given bytes as its input. */
export function execute(command: string, args: readonly string[], input = ''): Promise<Finished> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { timeout: TIMEOUT_MS })
    const output = { stdout: '', stderr: '' }
    child.stdout.setEncoding('utf8').on('data', (text: string) => (output.stdout += text))
    child.stderr.setEncoding('utf8').on('data', (text: string) => (output.stderr += text))
    child.on('error', reject)
    child.on('close', (code) => resolve({ code, ...output }))
    // A program that ends early closes its input; what it printed says why.
    child.stdin.on('error', () => undefined)
    child.stdin.end(input)
  })
}

/** Runs a program and gives what it printed, or fails with all of it. */
export async function succeed(command: string, args: readonly string[], input = ''): Promise<string> {
  const { code, stdout, stderr } = await execute(command, args, input)
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${code}: ${stdout}${stderr}`)
  return stdout
}

/** Runs each scenario on its own and prints a JSON line for it; sets the exit code. */
export async function runCommandScenarios(
  scenarios: Readonly<Record<string, () => Promise<void>>>,
): Promise<void> {
  for (const [scenario, body] of Object.entries(scenarios)) {
    const startedMs = Date.now()
    let detail = ''
    try {
      await body()
    } catch (error) {
      detail = String(error)
      process.exitCode = 1
    }
    console.log(JSON.stringify({ scenario, ok: detail === '', ms: Date.now() - startedMs, detail }))
  }
}
