import { useKeys } from '../ui/keys.ts'
import type { Cursor } from './use-cursor.ts'
import type { Explore } from './use-explore.ts'

interface KeysOf {
  readonly explore: Explore
  readonly cursor: Cursor
  readonly focusQuery: () => void
  readonly menus: Readonly<Record<'topics' | 'time', { readonly current: (() => void) | null }>>
}

const PAGE_STEP = 20

/** What the keys do in Explore. */
export function useExploreKeys({ explore, cursor, focusQuery, menus }: KeysOf): void {
  const { state, change, data, rerun } = explore
  const group = 'Explore'
  const toggleLive = (): void => change({ live: !state.live, ...(!state.live && { sort: '', to: '' }) })
  const zoomOut = (): void => {
    if (data === null) return
    const span = data.fixed.to - data.fixed.from
    const part = {
      from: new Date(data.fixed.from - span / 2).toISOString(),
      to: new Date(data.fixed.to + span / 2).toISOString(),
    }
    change({ ...part, live: false })
  }
  useKeys([
    { keys: '/', label: 'Write a query', group, run: focusQuery },
    { keys: 't', label: 'Choose a time range', group, run: () => menus.time.current?.() },
    { keys: 'p', label: 'Choose topics', group, run: () => menus.topics.current?.() },
    { keys: 'l', label: 'Live', group, run: toggleLive },
    { keys: 'r', label: 'Search again', group, run: rerun },
    { keys: 'z', label: 'Twice the time', group, run: zoomOut },
    { keys: 'j', label: 'Row below', group, run: () => cursor.move(1) },
    { keys: 'k', label: 'Row above', group, run: () => cursor.move(-1) },
    { keys: 'ArrowDown', label: 'Row below', group: '', run: () => cursor.move(1) },
    { keys: 'ArrowUp', label: 'Row above', group: '', run: () => cursor.move(-1) },
    { keys: 'PageDown', label: 'Twenty rows down', group: '', run: () => cursor.move(PAGE_STEP) },
    { keys: 'PageUp', label: 'Twenty rows up', group: '', run: () => cursor.move(-PAGE_STEP) },
    { keys: 'Home', label: 'First row', group, run: () => cursor.move(-Infinity) },
    { keys: 'End', label: 'Last row', group, run: () => cursor.move(Infinity) },
    { keys: 'Enter', label: 'Open the record', group, run: cursor.open },
    { keys: 'Escape', label: 'Close the record', group, run: () => state.record !== '' && cursor.close() },
  ])
}
