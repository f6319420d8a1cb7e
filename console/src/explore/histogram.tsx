import { type ReactElement, useEffect, useRef, useState } from 'react'
import { formatCount, formatTime } from '../ui/format.ts'
import { onThemeChange } from '../ui/theme.ts'
import type { HistogramChart, HistogramData } from './histogram-chart.ts'
import { spanLabel } from './time-range.ts'

interface HistogramProps {
  readonly data: HistogramData
  readonly onRange: (from: number, to: number) => void
}

/** How many records match, over time. The chart is for the eye and the pointer; beside it are a sentence and a table for screen readers. */
export function Histogram({ data, onRange }: HistogramProps): ReactElement {
  const box = useRef<HTMLDivElement>(null)
  const chart = useRef<HistogramChart | null>(null)
  const latest = useRef({ data, onRange })
  latest.current = { data, onRange }
  const [hover, setHover] = useState('')

  useEffect(() => {
    let stopped = false
    void import('./histogram-chart.ts').then(({ createHistogram }) => {
      if (stopped || box.current === null) return
      const choose = (from: number, to: number): void => latest.current.onRange(from, to)
      chart.current = createHistogram(box.current, latest.current.data, choose, setHover)
    })
    const release = onThemeChange(() => chart.current?.redraw())
    return () => {
      stopped = true
      release()
      chart.current?.destroy()
      chart.current = null
    }
  }, [])
  useEffect(() => chart.current?.setData(data), [data])

  const { from, to, interval, buckets } = data
  return (
    <section className="histogram" aria-label="Records over time">
      <div className="histogram-chart" ref={box} aria-hidden="true" />
      <p className="histogram-note" aria-hidden="true">
        {hover === '' ? `${spanLabel(0, interval)} per bar` : hover}
      </p>
      <table className="unseen">
        <caption>
          Records from {formatTime(from)} to {formatTime(to)}
        </caption>
        <tbody>
          {buckets.map(({ key, doc_count: count }) => (
            <tr key={key}>
              <th scope="row">{formatTime(key)}</th>
              <td>{formatCount(count)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}
