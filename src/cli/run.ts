import { Command, CommanderError } from 'commander'
import { describeError, type ExitCode } from './cli-error.ts'
import { commands, type CommandEntry, type NounEntry } from './commands.ts'

/** The timers of `env` let the process end while a command waits for one, so this one keeps it for as long as it runs. */
const KEEP_ALIVE_MS = 0x7fff_ffff

/** Runs the command that the arguments name and returns the exit code. Failures are told on stderr. */
export async function run(args: readonly string[]): Promise<ExitCode> {
  process.stdout.on('error', endOnClosedPipe)
  const keepAlive = setInterval(() => undefined, KEEP_ALIVE_MS)
  try {
    const program = await buildProgram(args)
    await program.parseAsync([...args], { from: 'user' })
    return exitCodeSet()
  } catch (error) {
    // Commander has written its message, or the help that was asked for, itself.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
    const { text, exitCode } = describeError(error)
    process.stderr.write(`chronik: ${text}\n`)
    return exitCode
  } finally {
    clearInterval(keepAlive)
  }
}

/** A command that found something wrong without failing itself (`log verify`, `doctor`) sets `process.exitCode`. */
function exitCodeSet(): ExitCode {
  const code = Number(process.exitCode ?? 0)
  return code === 0 || code === 2 ? code : 1
}

/** `chronik topic consume t | head` closes our stdout; that is how the reader says "enough". */
function endOnClosedPipe(error: NodeJS.ErrnoException): void {
  if (error.code === 'EPIPE') process.exit(0)
  throw error
}

async function buildProgram(args: readonly string[]): Promise<Command> {
  const program = configured(new Command('chronik'))
  program.description('A Kafka-compatible event log that you can search and query in place.')
  program.helpCommand(false)
  const named = args.find((argument) => !argument.startsWith('-'))
  for (const [name, entry] of Object.entries(commands)) {
    const command = configured(program.command(name))
      .summary(entry.summary)
      .description(sentence(entry.summary))
    if (name !== named) continue
    if ('verbs' in entry) await defineVerbs(command, entry, args[args.indexOf(name) + 1])
    else (await entry.load()).define(command)
  }
  return program
}

async function defineVerbs(parent: Command, noun: NounEntry, named: string | undefined): Promise<void> {
  parent.helpCommand(false)
  for (const [name, entry] of Object.entries(noun.verbs)) {
    const command = configured(parent.command(name))
      .summary(entry.summary)
      .description(sentence(entry.summary))
    if (name === named) await define(command, entry)
  }
}

async function define(command: Command, entry: CommandEntry): Promise<void> {
  const { define } = await entry.load()
  define(command)
}

function configured(command: Command): Command {
  return command
    .exitOverride()
    .showSuggestionAfterError(true)
    .configureOutput({
      writeOut: (text) => process.stdout.write(text),
      writeErr: (text) => process.stderr.write(text),
      outputError: (text, write) => write(text.replace(/^error: /, 'chronik: ')),
    })
}

function sentence(summary: string): string {
  return `${summary.charAt(0).toUpperCase()}${summary.slice(1)}.`
}
