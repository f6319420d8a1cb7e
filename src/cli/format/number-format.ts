import { usageError } from '../cli-error.ts'

/** Turns a number into what a format asked for. */
export type NumberFormat = (value: number) => string | Buffer

interface Width {
  readonly bytes: 1 | 2 | 4 | 8
}

const widths: Readonly<Record<string, Width>> = {
  '8': { bytes: 1 },
  '16': { bytes: 2 },
  '32': { bytes: 4 },
  '64': { bytes: 8 },
}

/** The format that a modifier names: ascii (and no modifier), hex64 to hex4, big64 to big8, little64 to little8, byte, bool. */
export function numberFormat(verb: string, modifier: string | null): NumberFormat {
  switch (modifier) {
    case null:
    case '':
    case 'ascii':
    case 'number':
      return String
    case 'bool':
      return (value) => (value === 0 ? 'false' : 'true')
    case 'byte':
      return (value) => binary(value, 1, false)
    case 'hex4':
      return (value) => hex(value, 1)
    default: {
      const [, kind, bits = ''] = /^(hex|big|little)(8|16|32|64)$/.exec(modifier) ?? []
      const width = widths[bits]
      if (kind === undefined || width === undefined) {
        throw usageError(
          `%${verb}{${modifier}} is no number format; there are ascii, hex64 to hex4, big64 to big8, little64 to little8, byte, bool`,
        )
      }
      if (kind === 'hex') return (value) => hex(value, width.bytes * 2)
      return (value) => binary(value, width.bytes, kind === 'little')
    }
  }
}

function hex(value: number, digits: number): string {
  const wrapped = BigInt.asUintN(digits * 4, BigInt(value))
  return wrapped.toString(16).padStart(digits, '0')
}

function binary(value: number, bytes: Width['bytes'], little: boolean): Buffer {
  const wide = Buffer.alloc(8)
  const wrapped = BigInt.asUintN(64, BigInt(value))
  if (little) wide.writeBigUInt64LE(wrapped)
  else wide.writeBigUInt64BE(wrapped)
  return little ? wide.subarray(0, bytes) : wide.subarray(8 - bytes)
}
