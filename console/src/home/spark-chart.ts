import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import { colour } from '../ui/theme.ts'

export interface SparkChart {
  setData(times: readonly number[], values: readonly number[]): void
  redraw(): void
  destroy(): void
}

/** A server that has just started has little to show; it is not drawn as if it were more. */
const SPAN_MS_MIN = 120_000

/** A line over time without axes; all lines of a page have one pointer. */
export function createSpark(parent: HTMLElement, onHover: (index: number | null) => void): SparkChart {
  const size = (): { width: number; height: number } => ({
    width: Math.max(40, parent.clientWidth),
    height: parent.clientHeight,
  })
  let start = 0
  let end = 0
  const chart = new uPlot(
    {
      ...size(),
      padding: [3, 2, 2, 2],
      legend: { show: false },
      cursor: { y: false, drag: { x: false, y: false }, sync: { key: 'home' }, points: { size: 5 } },
      scales: {
        x: { time: true, range: () => [Math.min(start, end - SPAN_MS_MIN) / 1000, end / 1000] },
        y: { range: (_chart, _min, max) => [0, Math.max(1, (max ?? 0) * 1.1)] },
      },
      axes: [{ show: false }, { show: false }],
      series: [
        {},
        {
          stroke: () => colour('--bar-strong'),
          fill: () => `color-mix(in srgb, ${colour('--bar')} 22%, transparent)`,
          width: 1.4,
          points: { show: false },
        },
      ],
      hooks: { setCursor: [(self) => onHover(self.cursor.idx ?? null)] },
    },
    [[], []],
    parent,
  )
  const observer = new ResizeObserver(() => chart.setSize(size()))
  observer.observe(parent)
  return {
    setData(times, values) {
      start = times[0] ?? 0
      end = times.at(-1) ?? 0
      chart.setData([times.map((time) => time / 1000), [...values]])
    },
    redraw: () => chart.redraw(),
    destroy() {
      observer.disconnect()
      chart.destroy()
    },
  }
}
