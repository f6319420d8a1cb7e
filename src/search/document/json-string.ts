/** What a single character behind a backslash stands for; 0: nothing. */
const escapes = new Uint8Array(256)
for (const [letter, byte] of [
  ['"', 0x22],
  ['\\', 0x5c],
  ['/', 0x2f],
  ['b', 8],
  ['f', 12],
  ['n', 10],
  ['r', 13],
  ['t', 9],
] as const)
  escapes[letter.charCodeAt(0)] = byte

export function isSimpleEscape(byte: number): boolean {
  return escapes[byte] !== 0
}

/** The value of a hexadecimal digit, -1 for another byte. */
export const hexValues: Int8Array = Int8Array.from({ length: 256 }, (_, byte) => {
  const value = Number.parseInt(String.fromCharCode(byte), 16)
  return Number.isNaN(value) ? -1 : value
})

/**
 * Writes the UTF-8 bytes that the inside of a valid JSON string stands for to `into` from 0 on, which has room for `end - start`
 * bytes (escapes are longer than what they stand for); returns how many. A surrogate without its other half becomes U+FFFD.
 */
export function unescapeJson(bytes: Uint8Array, start: number, end: number, into: Uint8Array): number {
  let to = 0
  for (let at = start; at < end;) {
    const byte = bytes[at++]!
    if (byte !== 0x5c) {
      into[to++] = byte
      continue
    }
    const kind = bytes[at++]!
    if (kind !== 0x75) {
      into[to++] = escapes[kind]!
      continue
    }
    let point = hexUnit(bytes, at)
    at += 4
    if (point >= 0xd800 && point < 0xdc00 && bytes[at] === 0x5c && bytes[at + 1] === 0x75 && at < end) {
      const low = hexUnit(bytes, at + 2)
      if (low >= 0xdc00 && low < 0xe000) {
        point = 0x1_0000 + ((point - 0xd800) << 10) + (low - 0xdc00)
        at += 6
      }
    }
    to = writeCodePoint(into, to, point >= 0xd800 && point < 0xe000 ? 0xfffd : point)
  }
  return to
}

function hexUnit(bytes: Uint8Array, at: number): number {
  return (
    (hexValues[bytes[at]!]! << 12) |
    (hexValues[bytes[at + 1]!]! << 8) |
    (hexValues[bytes[at + 2]!]! << 4) |
    hexValues[bytes[at + 3]!]!
  )
}

function writeCodePoint(into: Uint8Array, at: number, point: number): number {
  let to = at
  if (point < 0x80) into[to++] = point
  else if (point < 0x800) into[to++] = 0xc0 | (point >>> 6)
  else {
    if (point < 0x1_0000) into[to++] = 0xe0 | (point >>> 12)
    else {
      into[to++] = 0xf0 | (point >>> 18)
      into[to++] = 0x80 | ((point >>> 12) & 0x3f)
    }
    into[to++] = 0x80 | ((point >>> 6) & 0x3f)
  }
  if (point >= 0x80) into[to++] = 0x80 | (point & 0x3f)
  return to
}
