import { type ReactElement, useEffect, useRef, useState } from 'react'
import { formatClock } from '../ui/format.ts'
import { onThemeChange } from '../ui/theme.ts'
import type { SparkChart } from './spark-chart.ts'

interface SparkTileProps {
  readonly label: string
  readonly unit: string
  readonly times: readonly number[]
  readonly values: readonly number[]
  readonly format: (value: number) => string
}

/** A number as it is now, and how it came there. */
export function SparkTile({ label, unit, times, values, format }: SparkTileProps): ReactElement {
  const box = useRef<HTMLDivElement>(null)
  const chart = useRef<SparkChart | null>(null)
  const latest = useRef({ times, values })
  latest.current = { times, values }
  const [hover, setHover] = useState<number | null>(null)
  useEffect(() => {
    let stopped = false
    void import('./spark-chart.ts').then(({ createSpark }) => {
      if (stopped || box.current === null) return
      chart.current = createSpark(box.current, setHover)
      chart.current.setData(latest.current.times, latest.current.values)
    })
    const release = onThemeChange(() => chart.current?.redraw())
    return () => {
      stopped = true
      release()
      chart.current?.destroy()
      chart.current = null
    }
  }, [])
  useEffect(() => chart.current?.setData(times, values), [times, values])
  const at = hover !== null && hover < values.length ? hover : values.length - 1
  const value = values[at]
  const time = times[at]
  return (
    <section className="card tile" aria-label={label}>
      <p className="tile-label">
        {label}
        {hover !== null && time !== undefined && <span> at {formatClock(new Date(time)).slice(0, 8)}</span>}
      </p>
      <p className="tile-value">
        {value === undefined ? '–' : format(value)} <small>{unit}</small>
      </p>
      <div className="spark" ref={box} aria-hidden="true" />
    </section>
  )
}
