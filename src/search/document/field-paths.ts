import { isUtf8 } from 'node:buffer'
import { hashBytes } from './byte-hash.ts'

export interface PathLimits {
  /** Fields that are kept apart; what comes beyond goes to the field `_overflow`. */
  readonly fieldsMax: number
  /** Levels of objects in objects; what lies deeper goes to `_overflow`. */
  readonly depthMax: number
}

export const OVERFLOW_FIELD = '_overflow'
export const VALUE_FIELD = '_value'
/** Longer names go to `_overflow`. */
const NAME_BYTES_MAX = 512

/**
 * The paths of JSON documents. A node is a key below another node; it knows which field it means, and which key came next the last time,
 * so that documents of one shape are scanned without hashing. Keys are kept as they are written, escapes included.
 */
export class FieldPaths {
  /** Where members of an object at the top are: their names have no prefix. */
  static readonly root = 0
  /** A top value that is no object, and what is below it. */
  static readonly value = 1
  /** Whatever exceeds a limit, at any depth. */
  static readonly overflow = 2

  /** Names by field number. */
  readonly names: string[] = []
  /** Field number by node. */
  fields = new Int32Array(64)
  /** The node that followed in the same object, and the first one of the object below; -1: unknown. */
  nextKey = new Int32Array(64).fill(-1)
  firstKey = new Int32Array(64).fill(-1)
  keyStarts = new Int32Array(64)
  keyEnds = new Int32Array(64)
  keyBytes = new Uint8Array(4096)
  readonly #limits: PathLimits
  readonly #reserved: ReadonlySet<string>
  readonly #byName = new Map<string, number>()
  #parents = new Int32Array(64)
  #depths = new Int32Array(64)
  #hashes = new Int32Array(64)
  #table = new Int32Array(256).fill(-1)
  #nodeCount = 0
  #byteCount = 0

  /** Members with one of the `reserved` names at the top are found below `_value` instead. */
  constructor(limits: PathLimits, reserved: readonly string[]) {
    this.#limits = limits
    this.#reserved = new Set(reserved)
    this.#addNode(-1, '', new Uint8Array(), 0, 0)
    this.#addNode(-1, VALUE_FIELD, new Uint8Array(), 0, 0)
    this.#addNode(-1, OVERFLOW_FIELD, new Uint8Array(), 0, 0)
  }

  /** The number of a field, made when it is new; that of `_overflow` when there are too many. */
  field(name: string): number {
    const known = this.#byName.get(name)
    if (known !== undefined) return known
    if (this.names.length >= this.#limits.fieldsMax && name !== OVERFLOW_FIELD)
      return this.field(OVERFLOW_FIELD)
    const field = this.names.push(name) - 1
    this.#byName.set(name, field)
    return field
  }

  /** The node of a key below `parent`; the key's bytes are the inside of a valid JSON string. */
  child(parent: number, bytes: Uint8Array, start: number, end: number): number {
    if (parent === FieldPaths.overflow) return parent
    const hash = hashBytes(bytes, start, end) ^ Math.imul(parent, 0x9e37_79b1)
    const mask = this.#table.length - 1
    let slot = hash & mask
    for (; this.#table[slot] !== -1; slot = (slot + 1) & mask) {
      const node = this.#table[slot]!
      if (
        this.#hashes[node] === hash &&
        this.#parents[node] === parent &&
        this.matches(node, bytes, start, end)
      )
        return node
    }
    return this.#makeChild(parent, bytes, start, end, hash, slot)
  }

  /** Whether the bytes are the node's key. */
  matches(node: number, bytes: Uint8Array, start: number, end: number): boolean {
    const from = this.keyStarts[node]!
    if (this.keyEnds[node]! - from !== end - start) return false
    for (let at = start, key = from; at < end; at++, key++) if (this.keyBytes[key] !== bytes[at]) return false
    return true
  }

  #makeChild(
    parent: number,
    bytes: Uint8Array,
    start: number,
    end: number,
    hash: number,
    slot: number,
  ): number {
    const depth = this.#depths[parent]! + 1
    // One field has more than one node only when its name is written in several ways: hostile, so bounded.
    if (
      depth > this.#limits.depthMax ||
      this.#nodeCount >= this.#limits.fieldsMax * 4 ||
      end - start > NAME_BYTES_MAX
    )
      return FieldPaths.overflow
    if (!isUtf8(bytes.subarray(start, end))) return FieldPaths.overflow
    const key = JSON.parse(`"${Buffer.from(bytes.subarray(start, end)).toString()}"`) as string
    const name = this.#nameBelow(parent, key)
    if (Buffer.byteLength(name) > NAME_BYTES_MAX) return FieldPaths.overflow
    const node = this.#addNode(parent, name, bytes, start, end)
    this.#depths[node] = depth
    this.#hashes[node] = hash
    this.#table[slot] = node
    if (this.#nodeCount * 2 > this.#table.length) this.#growTable()
    return node
  }

  #nameBelow(parent: number, key: string): string {
    const prefix = parent === FieldPaths.root ? '' : this.#nodeNames[parent]!
    const name = prefix === '' ? key : `${prefix}.${key}`
    return this.#reserved.has(name) ? `${VALUE_FIELD}.${name}` : name
  }

  readonly #nodeNames: string[] = []

  #addNode(parent: number, name: string, bytes: Uint8Array, start: number, end: number): number {
    const node = this.#nodeCount++
    if (node === this.fields.length) this.#growNodes()
    const length = end - start
    if (this.#byteCount + length > this.keyBytes.length) {
      const grown = new Uint8Array((this.#byteCount + length) * 2)
      grown.set(this.keyBytes)
      this.keyBytes = grown
    }
    this.keyBytes.set(bytes.subarray(start, end), this.#byteCount)
    this.keyStarts[node] = this.#byteCount
    this.#byteCount += length
    this.keyEnds[node] = this.#byteCount
    this.#parents[node] = parent
    this.#nodeNames.push(name)
    // Most inner nodes never hold a value themselves, so a field is only made when one does.
    this.fields[node] = -1
    return node
  }

  /** The field of a node that has a value. */
  fieldOf(node: number): number {
    const known = this.fields[node]!
    if (known >= 0) return known
    const field = this.field(this.#nodeNames[node]!)
    this.fields[node] = field
    return field
  }

  #growNodes(): void {
    const grow = (values: Int32Array): Int32Array<ArrayBuffer> => {
      const grown = new Int32Array(values.length * 2).fill(-1, values.length)
      grown.set(values)
      return grown
    }
    this.fields = grow(this.fields)
    this.nextKey = grow(this.nextKey)
    this.firstKey = grow(this.firstKey)
    this.keyStarts = grow(this.keyStarts)
    this.keyEnds = grow(this.keyEnds)
    this.#parents = grow(this.#parents)
    this.#depths = grow(this.#depths)
    this.#hashes = grow(this.#hashes)
  }

  #growTable(): void {
    const table = new Int32Array(this.#table.length * 2).fill(-1)
    const mask = table.length - 1
    for (let node = FieldPaths.overflow + 1; node < this.#nodeCount; node++) {
      let slot = this.#hashes[node]! & mask
      while (table[slot] !== -1) slot = (slot + 1) & mask
      table[slot] = node
    }
    this.#table = table
  }
}
