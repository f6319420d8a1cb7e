import type { Command } from 'commander'
import { packageVersion } from './package-version.ts'

export function define(command: Command): void {
  command.action(() => {
    process.stdout.write(`chronik ${packageVersion}\n`)
  })
}
