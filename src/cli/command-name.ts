import { existsSync } from 'node:fs'
import { delimiter, join, relative } from 'node:path'

/** How the reader can call this program: `chronik` when it is on the PATH, else the path from here to bin/chronik. */
export function commandName(): string {
  const directories = (process.env['PATH'] ?? '').split(delimiter).filter((directory) => directory !== '')
  if (directories.some((directory) => existsSync(join(directory, 'chronik')))) return 'chronik'
  const path = join(import.meta.dirname, '../../bin/chronik')
  const fromHere = relative(process.cwd(), path)
  return fromHere.startsWith('..') ? path : fromHere
}
