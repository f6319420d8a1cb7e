/** One stretch of bytes that cannot be read any more, and what it costs. */
export interface Damage {
  readonly file: string
  readonly position: number
  /** Null: to the end of the file. */
  readonly bytes: number | null
  readonly reason: string
  /** Null when nothing tells whose records they were. */
  readonly topic: string | null
  readonly partition: number | null
  /** Offsets that the bytes held, both included; null where that is not known. */
  readonly firstOffset: number | null
  readonly lastOffset: number | null
  /** How it gets well again. */
  readonly remedy: 'the next start' | 'log repair' | 'a backup'
}

/** One sentence: what, where, whose, which offsets, and the way out. */
export function describeDamage(damage: Damage): string {
  const { file, position, bytes, reason, topic, partition, firstOffset, lastOffset, remedy } = damage
  const where = `${file}, byte ${position}${bytes === null ? '' : ` to ${position + bytes}`}`
  const whose = topic === null ? '' : `; ${topic}-${partition}`
  const from =
    firstOffset === null
      ? ''
      : lastOffset === null
        ? `, offsets from ${firstOffset} on`
        : `, offsets ${firstOffset} to ${lastOffset}`
  const way =
    remedy === 'the next start'
      ? 'the next start repairs this from the write-ahead log'
      : `${remedy} is needed`
  return `${where}: ${reason}${whose}${from}; ${way}`
}
