import { type ReactElement, useState } from 'react'
import { formatBytes } from '../ui/format.ts'

/** Eight to a line fit beside a table and on a phone. */
const LINE = 8
const SHOWN_FIRST = 4096

export function HexView({
  bytes,
  label,
}: {
  readonly bytes: Uint8Array
  readonly label: string
}): ReactElement {
  const [shown, setShown] = useState(SHOWN_FIRST)
  return (
    <div className="hex">
      <pre tabIndex={0} aria-label={label}>
        {hexLines(bytes.subarray(0, shown)).join('\n')}
      </pre>
      {bytes.length > shown && (
        <button type="button" className="button small" onClick={() => setShown(shown * 8)}>
          {formatBytes(bytes.length - shown)} more
        </button>
      )}
    </div>
  )
}

export function hexLines(bytes: Uint8Array): readonly string[] {
  const lines: string[] = []
  for (let at = 0; at < bytes.length; at += LINE) {
    const line = bytes.subarray(at, at + LINE)
    const hex = Array.from(line, (byte) => byte.toString(16).padStart(2, '0'))
    const text = Array.from(line, (byte) =>
      byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '·',
    ).join('')
    lines.push(`${at.toString(16).padStart(6, '0')}  ${hex.join(' ').padEnd(LINE * 3 - 1)}  ${text}`)
  }
  return lines
}
