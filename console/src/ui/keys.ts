import { useLayoutEffect, useRef } from 'react'

/** What a key does on the page at hand; `null` in place of a handler says that it does nothing now. */
export interface KeyBinding {
  /** `j`, `Escape`, `g t` for one after the other. */
  readonly keys: string
  readonly label: string
  /** Where the page of help lists it; not at all when empty, for second keys of the same thing. */
  readonly group: string
  readonly run: () => void
}

const bindings = new Set<readonly KeyBinding[]>()
const CHORD_MS = 1200

/** The bindings that are in force, for the page of help. */
export function activeBindings(): readonly KeyBinding[] {
  return [...bindings].flat()
}

/** Binds keys while the component is shown. They do nothing while somebody types, but for Escape where a field leaves it alone. */
export function useKeys(own: readonly KeyBinding[]): void {
  const latest = useRef(own)
  latest.current = own
  // What is seen can be used: an ordinary effect would bind the keys some time after the page is painted.
  useLayoutEffect(() => {
    const shown = own.map(({ keys, label, group }, index) => ({
      keys,
      label,
      group,
      run: () => latest.current[index]?.run(),
    }))
    bindings.add(shown)
    return () => void bindings.delete(shown)
    // The set of keys of a component does not change while it is shown.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [])
}

let pending = ''
let pendingSince = 0

export function listenToKeys(): void {
  document.addEventListener('keydown', (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || typing(event.target))
      return
    // A modal dialog closes itself on Escape, unless somebody prevents it.
    if (document.querySelector('dialog[open]') !== null) return
    const key = event.key
    const chord = event.timeStamp - pendingSince < CHORD_MS && pending !== '' ? `${pending} ${key}` : key
    const active = activeBindings()
    const found = active.findLast(({ keys }) => keys === chord) ?? active.findLast(({ keys }) => keys === key)
    pending = ''
    if (found !== undefined) {
      if (pressesItself(event)) return
      event.preventDefault()
      found.run()
      return
    }
    if (active.some(({ keys }) => keys.startsWith(`${key} `))) {
      pending = key
      pendingSince = event.timeStamp
    }
  })
}

function typing(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable ||
      target.matches('input, textarea, select') ||
      target.closest('.cm-editor') !== null)
  )
}

/** Enter on a focused button or link is for the button or link. */
function pressesItself(event: KeyboardEvent): boolean {
  return (
    event.key === 'Enter' &&
    event.target instanceof HTMLElement &&
    event.target.closest('button, a, summary') !== null
  )
}
