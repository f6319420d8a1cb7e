import type { Command } from 'commander'

export interface DataDirOption {
  readonly dataDir: string
}

/** For commands that work on files rather than on a server. */
export function addDataDirOption(command: Command): Command {
  const fallback = process.env['CHRONIK_DATA_DIR'] ?? './data'
  return command.option('--data-dir <dir>', 'the data directory; $CHRONIK_DATA_DIR, else ./data', fallback)
}
