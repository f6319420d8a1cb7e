import { isUtf8 } from 'node:buffer'
import { FieldPaths } from './field-paths.ts'
import { hexValues, isSimpleEscape } from './json-string.ts'

/** Kinds of scanned values. A plain string has no escapes. */
export const PLAIN_STRING = 1
export const ESCAPED_STRING = 2
export const NUMBER = 3
export const TRUE = 4
export const FALSE = 5

/** Bytes that end the run of ordinary ones in a string: quote, backslash, controls, and what is not ASCII. */
const special = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte < 0x20 || byte === 0x22 || byte === 0x5c || byte >= 0x80 ? 1 : 0,
)
/** Deeper documents count as text. */
const DEPTH_MAX = 1000

/**
 * Scans a JSON document of any shape into a flat list of values with their paths and positions, without making one string. It accepts what
 * JSON.parse accepts (in UTF-8). Null, and empty arrays and objects, have no value. Of a key that occurs twice both values count.
 */
export class JsonScanner {
  readonly paths: FieldPaths
  /** The values of the last document: kind, path node, and where the text lies (strings without their quotes). */
  count = 0
  kinds = new Uint8Array(64)
  nodes = new Int32Array(64)
  starts = new Int32Array(64)
  ends = new Int32Array(64)
  #bytes: Uint8Array = new Uint8Array()
  #end = 0
  #isAscii = true
  #wasEscaped = false
  /** Containers that are open: 1 for an object; their path, and the key that came last in them. */
  readonly #isObject = new Uint8Array(DEPTH_MAX + 1)
  readonly #nodeOf = new Int32Array(DEPTH_MAX + 1)
  readonly #lastKey = new Int32Array(DEPTH_MAX + 1)
  #depth = 0
  /** The path of the value that comes next. */
  #node = 0

  constructor(paths: FieldPaths) {
    this.paths = paths
  }

  /** False when the bytes are no JSON document; the values are then meaningless. Borrows the bytes until the next call. */
  scan(bytes: Uint8Array, start: number, end: number): boolean {
    this.#bytes = bytes
    this.#end = end
    this.#isAscii = true
    this.#depth = 0
    this.count = 0
    let at = this.#space(start)
    this.#node = bytes[at] === 0x7b ? FieldPaths.root : FieldPaths.value
    while (at >= 0 && at < end) {
      at = this.#value(at)
      // Behind a value that is complete, containers may end, and either the next value follows or the document is over.
      while (at >= 0 && !this.#expectsValue) {
        at = this.#space(at)
        if (this.#depth === 0) return at === end && (this.#isAscii || isUtf8(bytes.subarray(start, end)))
        at = this.#afterValue(at)
      }
    }
    return false
  }

  #expectsValue = false

  /** Reads the value at `at`, of a container only its beginning; returns the position behind, or -1. */
  #value(at: number): number {
    const byte = this.#bytes[at]!
    this.#expectsValue = false
    switch (byte) {
      case 0x22: {
        const close = this.#string(at + 1)
        if (close < 0) return -1
        this.#emit(this.#wasEscaped ? ESCAPED_STRING : PLAIN_STRING, at + 1, close)
        return close + 1
      }
      case 0x7b:
        return this.#open(at, 1, 0x7d)
      case 0x5b:
        return this.#open(at, 0, 0x5d)
      case 0x74:
        return this.#word(at, 'true', TRUE)
      case 0x66:
        return this.#word(at, 'false', FALSE)
      case 0x6e:
        return this.#word(at, 'null', 0)
      default: {
        const end = this.#number(at)
        if (end >= 0) this.#emit(NUMBER, at, end)
        return end
      }
    }
  }

  #open(at: number, isObject: number, close: number): number {
    const next = this.#space(at + 1)
    if (next >= this.#end || this.#depth === DEPTH_MAX) return -1
    if (this.#bytes[next] === close) return next + 1
    const depth = ++this.#depth
    this.#isObject[depth] = isObject
    this.#nodeOf[depth] = this.#node
    this.#lastKey[depth] = -1
    this.#expectsValue = true
    return isObject === 1 ? this.#key(next) : next
  }

  #afterValue(at: number): number {
    if (at >= this.#end) return -1
    const byte = this.#bytes[at]
    const depth = this.#depth
    const isObject = this.#isObject[depth] === 1
    if (byte === 0x2c) {
      this.#expectsValue = true
      const next = this.#space(at + 1)
      if (isObject) return this.#key(next)
      this.#node = this.#nodeOf[depth]!
      return next
    }
    if (byte !== (isObject ? 0x7d : 0x5d)) return -1
    this.#depth = depth - 1
    return at + 1
  }

  /** Reads `"key" :` and sets the path of its value; returns where that starts, or -1. */
  #key(at: number): number {
    const bytes = this.#bytes
    const { paths } = this
    if (bytes[at] !== 0x22) return -1
    const depth = this.#depth
    const parent = this.#nodeOf[depth]!
    const last = this.#lastKey[depth]!
    const guess = last < 0 ? paths.firstKey[parent]! : paths.nextKey[last]!
    let node = guess
    let close = guess < 0 ? -1 : this.#guessed(guess, at + 1)
    if (close < 0) {
      close = this.#string(at + 1)
      if (close < 0) return -1
      node = paths.child(parent, bytes, at + 1, close)
      if (last < 0) paths.firstKey[parent] = node
      // The overflow node stands for many keys, so nothing can be said about what follows it.
      else if (last !== FieldPaths.overflow) paths.nextKey[last] = node
    }
    this.#lastKey[depth] = node
    this.#node = node
    const colon = this.#space(close + 1)
    return bytes[colon] === 0x3a && colon < this.#end ? this.#space(colon + 1) : -1
  }

  /** Where the quote behind the guessed key is, or -1 when another key stands here. */
  #guessed(node: number, at: number): number {
    const { paths } = this
    const bytes = this.#bytes
    const keys = paths.keyBytes
    const end = paths.keyEnds[node]!
    let position = at
    if (node === FieldPaths.overflow) return -1
    for (let key = paths.keyStarts[node]!; key < end; key++, position++)
      if (keys[key] !== bytes[position]) return -1
    // A key that ends with a backslash would take the quote for its own; such keys are not valid, so they are never guessed.
    return bytes[position] === 0x22 && position < this.#end ? position : -1
  }

  /** The position of the quote that ends the string, or -1. */
  #string(start: number): number {
    const bytes = this.#bytes
    const end = this.#end
    let at = start
    this.#wasEscaped = false
    for (;;) {
      while (special[bytes[at]!] === 0) at += 1
      if (at >= end) return -1
      const byte = bytes[at]!
      if (byte === 0x22) return at
      if (byte >= 0x80) {
        this.#isAscii = false
        at += 1
      } else if (byte === 0x5c) {
        this.#wasEscaped = true
        const kind = bytes[at + 1]!
        if (isSimpleEscape(kind)) at += 2
        else if (kind === 0x75 && this.#isHex(at + 2)) at += 6
        else return -1
      } else return -1
    }
  }

  #isHex(at: number): boolean {
    const bytes = this.#bytes
    for (let index = at; index < at + 4; index++) if (!(hexValues[bytes[index]!]! >= 0)) return false
    return true
  }

  /** The position behind the number, or -1. */
  #number(start: number): number {
    const bytes = this.#bytes
    let at = start
    if (bytes[at] === 0x2d) at += 1
    if (bytes[at] === 0x30) at += 1
    else {
      const digits = this.#digits(at)
      if (digits === at) return -1
      at = digits
    }
    if (bytes[at] === 0x2e && at < this.#end) {
      const digits = this.#digits(at + 1)
      if (digits === at + 1) return -1
      at = digits
    }
    if ((bytes[at]! | 0x20) === 0x65 && at < this.#end) {
      at += 1
      if (bytes[at] === 0x2b || bytes[at] === 0x2d) at += 1
      const digits = this.#digits(at)
      if (digits === at) return -1
      at = digits
    }
    return at > this.#end ? -1 : at
  }

  #digits(start: number): number {
    const bytes = this.#bytes
    let at = start
    while (at < this.#end && bytes[at]! >= 0x30 && bytes[at]! <= 0x39) at += 1
    return at
  }

  #word(at: number, word: string, kind: number): number {
    const end = at + word.length
    if (end > this.#end) return -1
    for (let index = 1; index < word.length; index++)
      if (this.#bytes[at + index] !== word.charCodeAt(index)) return -1
    if (kind !== 0) this.#emit(kind, at, end)
    return end
  }

  #space(start: number): number {
    const bytes = this.#bytes
    let at = start
    if (at < 0) return at
    while (at < this.#end) {
      const byte = bytes[at]!
      if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) break
      at += 1
    }
    return at
  }

  #emit(kind: number, start: number, end: number): void {
    const index = this.count++
    if (index === this.kinds.length) this.#grow()
    this.kinds[index] = kind
    this.nodes[index] = this.#node
    this.starts[index] = start
    this.ends[index] = end
  }

  #grow(): void {
    const size = this.kinds.length * 2
    const grow = (values: Int32Array): Int32Array<ArrayBuffer> => {
      const grown = new Int32Array(size)
      grown.set(values)
      return grown
    }
    const kinds = new Uint8Array(size)
    kinds.set(this.kinds)
    this.kinds = kinds
    this.nodes = grow(this.nodes)
    this.starts = grow(this.starts)
    this.ends = grow(this.ends)
  }
}
