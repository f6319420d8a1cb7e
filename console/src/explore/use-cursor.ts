import { useCallback, useEffect, useRef, useState } from 'react'
import type { VirtualRowsHandle } from '../ui/virtual-rows.tsx'
import { recordText } from './explore-state.ts'
import type { Explore } from './use-explore.ts'
import type { LiveRows } from './use-live-rows.ts'

export interface Cursor {
  /** The row that the keys are at; -1 when at none. */
  readonly index: number
  readonly table: { current: VirtualRowsHandle | null }
  readonly select: (index: number, open: boolean) => void
  readonly move: (step: number) => void
  readonly open: () => void
  readonly close: () => void
}

/** Where in the table the reader is. New records above move it down with its row. */
export function useCursor({ change, data, state }: Explore, live: LiveRows): Cursor {
  const [index, setIndex] = useState(-1)
  const table = useRef<VirtualRowsHandle>(null)
  const count = (data?.rows.count ?? 0) + live.arrived.length
  const latest = useRef({ live, data, count, open: false })
  latest.current = { live, data, count, open: state.record !== '' }
  const shift = useRef(0)
  useEffect(() => {
    const by = live.arrived.length - shift.current
    shift.current = live.arrived.length
    if (by !== 0) setIndex((before) => (before < 0 ? before : Math.max(-1, before + by)))
  }, [live.arrived.length])
  useEffect(() => setIndex(-1), [data?.rows])
  const select = useCallback(
    (next: number, open: boolean) => {
      setIndex(next)
      table.current?.reveal(next)
      const { live: rows, data: found } = latest.current
      const hit = rows.arrived[next] ?? found?.rows.row(next - rows.arrived.length) ?? null
      if (open && hit !== null) change({ record: recordText(hit) }, !latest.current.open)
    },
    [change],
  )
  const move = useCallback(
    (step: number) => {
      const { count: rows, open } = latest.current
      if (rows > 0) select(Math.max(0, Math.min(rows - 1, index + step)), open)
    },
    [index, select],
  )
  return {
    index,
    table,
    select,
    move,
    open: () => select(Math.max(0, index), true),
    close: () => {
      change({ record: '' }, false)
      table.current?.focus()
    },
  }
}
