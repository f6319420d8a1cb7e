import { once } from 'node:events'

/** Writes data to stdout and waits while its reader is slower than we are. */
export async function writeData(data: string | Uint8Array): Promise<void> {
  if (!process.stdout.write(data)) await once(process.stdout, 'drain')
}

export async function writeJson(value: unknown): Promise<void> {
  await writeData(`${JSON.stringify(value, null, process.stdout.isTTY ? 2 : 0)}\n`)
}

/** A remark for the person at the terminal; never data. */
export function note(text: string): void {
  process.stderr.write(`${text}\n`)
}

export type Cell = string | number | null

/** A table as text: columns as wide as their widest cell, two blanks between, numbers to the right. Null shows as `-`. */
export function table(header: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const widths = header.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => textOf(row[column] ?? null).length)),
  )
  const line = (cells: readonly Cell[]): string =>
    cells
      .map((cell, column) => {
        const width = widths[column] ?? 0
        return typeof cell === 'number' ? textOf(cell).padStart(width) : textOf(cell).padEnd(width)
      })
      .join('  ')
      .trimEnd()
  const titles = header.map((title, column) => {
    const numeric = rows.length > 0 && rows.every((row) => typeof row[column] === 'number')
    return numeric ? title.padStart(widths[column] ?? 0) : title
  })
  return `${[line(titles), ...rows.map(line)].join('\n')}\n`
}

function textOf(cell: Cell): string {
  return cell === null ? '-' : String(cell)
}
