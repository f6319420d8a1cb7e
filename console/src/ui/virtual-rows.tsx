import {
  type HTMLAttributes,
  type ReactElement,
  type ReactNode,
  type Ref,
  useEffect,
  useImperativeHandle,
  useLayoutEffect,
  useRef,
  useState,
} from 'react'

/**
 * Browsers clip elements above some 17 million pixels. A taller table gets a shorter scroll bar; each of its pixels then stands for
 * more than one.
 */
const HEIGHT_MAX = 12_000_000
const OVERSCAN = 6

export interface VirtualRowsHandle {
  /** Brings the row into view, with as little movement as that takes. */
  reveal(index: number): void
  toTop(): void
  focus(): void
}

interface VirtualRowsProps {
  readonly count: number
  readonly rowHeight: number
  readonly row: (index: number) => ReactNode
  readonly onRange?: (first: number, last: number, atTop: boolean) => void
  readonly header: ReactNode
  readonly headerHeight: number
  readonly handle?: Ref<VirtualRowsHandle>
  /** Of the element that scrolls: role, label, what is active. */
  readonly attributes: HTMLAttributes<HTMLDivElement>
}

/**
 * Rows of one height, of which only those in view exist. All of its work is a division, however many rows there are; a library that
 * keeps a measurement for each row spends more than a frame on a million.
 */
export function VirtualRows(props: VirtualRowsProps): ReactElement {
  const { count, rowHeight, row, onRange, header, headerHeight, handle, attributes } = props
  const box = useRef<HTMLDivElement>(null)
  const [top, setTop] = useState(0)
  const [viewport, setViewport] = useState(600)
  const full = count * rowHeight
  const shown = Math.min(full, HEIGHT_MAX)
  const body = Math.max(0, viewport - headerHeight)
  /** Pixels of the table for each pixel of the scroll bar. */
  const scale = full > HEIGHT_MAX ? (full - body) / (HEIGHT_MAX - body) : 1
  const offset = Math.max(0, Math.min(top * scale, full - body))
  const first = Math.max(0, Math.floor(offset / rowHeight) - OVERSCAN)
  const last = Math.min(count - 1, Math.ceil((offset + body) / rowHeight) + OVERSCAN)

  useLayoutEffect(() => {
    const element = box.current
    if (element === null) return
    const measure = (): void => setViewport(element.clientHeight)
    measure()
    const observer = new ResizeObserver(measure)
    observer.observe(element)
    return () => observer.disconnect()
  }, [])

  useEffect(() => {
    const element = box.current
    if (element === null || scale === 1) return
    const wheel = (event: WheelEvent): void => {
      if (event.ctrlKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) return
      event.preventDefault()
      element.scrollTop += (event.deltaMode === 1 ? event.deltaY * rowHeight : event.deltaY) / scale
    }
    element.addEventListener('wheel', wheel, { passive: false })
    return () => element.removeEventListener('wheel', wheel)
  }, [scale, rowHeight])

  const atTop = top < rowHeight
  useEffect(() => onRange?.(first, last, atTop), [first, last, onRange, atTop])

  useImperativeHandle(handle, () => ({
    reveal(index) {
      const element = box.current
      if (element === null) return
      const from = index * rowHeight
      const now = Math.max(0, Math.min(element.scrollTop * scale, full - body))
      if (from < now) element.scrollTop = from / scale
      else if (from + rowHeight > now + body) element.scrollTop = (from + rowHeight - body) / scale
    },
    toTop() {
      if (box.current !== null) box.current.scrollTop = 0
    },
    focus() {
      box.current?.focus({ preventScroll: true })
    },
  }))

  const rows: ReactNode[] = []
  for (let index = first; index <= last; index += 1) rows.push(row(index))
  return (
    <div
      {...attributes}
      tabIndex={0}
      className={`rows ${attributes.className ?? ''}`}
      ref={box}
      onScroll={(event) => setTop(event.currentTarget.scrollTop)}
    >
      {header}
      <div className="rows-body" role="rowgroup" style={{ height: shown }}>
        <div
          className="rows-layer"
          role="presentation"
          style={{ transform: `translateY(${top - (offset - first * rowHeight)}px)` }}
        >
          {rows}
        </div>
      </div>
    </div>
  )
}
