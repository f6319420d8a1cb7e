import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import type { DateBucket } from '../api/search.ts'
import { formatClock, formatCompact, formatCount, formatDay, formatTime } from '../ui/format.ts'
import { colour } from '../ui/theme.ts'

export interface HistogramData {
  readonly from: number
  readonly to: number
  readonly interval: number
  readonly buckets: readonly DateBucket[]
}

export interface HistogramChart {
  setData(data: HistogramData): void
  redraw(): void
  destroy(): void
}

/** A drag shorter than this is a click. */
const DRAG_PX_MIN = 5
const BARS_MAX = 5000
const MINUTE_MS = 60_000
const DAY_MS = 86_400_000

/** Bars in time. Dragging, or a click on a bar, picks a range; what the pointer is on is told through `onHover`. */
export function createHistogram(
  parent: HTMLElement,
  first: HistogramData,
  onRange: (from: number, to: number) => void,
  onHover: (text: string) => void,
): HistogramChart {
  let data = first
  const bars = uPlot.paths.bars
  const chart = new uPlot(
    {
      ...sizeOf(parent),
      padding: [17, 14, 0, 0],
      legend: { show: false },
      cursor: {
        y: false,
        points: { show: false },
        drag: { x: true, y: false, setScale: false, dist: DRAG_PX_MIN },
      },
      scales: {
        x: { time: true, range: () => [data.from / 1000, data.to / 1000] },
        y: { range: (_chart, _min, max) => [0, Math.max(1, max * 1.08)] },
      },
      axes: axes(),
      series: [
        {},
        {
          stroke: 'transparent',
          fill: () => colour('--bar'),
          points: { show: false },
          ...(bars === undefined ? {} : { paths: bars({ size: [1, 60], gap: 1, align: 1 }) }),
        },
      ],
      hooks: {
        setSelect: [
          (self) => {
            if (self.select.width < DRAG_PX_MIN) return
            const from = self.posToVal(self.select.left, 'x') * 1000
            const to = self.posToVal(self.select.left + self.select.width, 'x') * 1000
            self.setSelect({ left: 0, width: 0, top: 0, height: 0 }, false)
            onRange(Math.round(from), Math.round(to))
          },
        ],
        setCursor: [(self) => onHover(pointedAt(self, data))],
      },
    },
    aligned(first),
    parent,
  )
  chart.over.addEventListener('click', (event) => {
    const bucket = bucketAt(data, chart.posToVal(event.offsetX, 'x') * 1000)
    if (bucket !== null)
      onRange(Math.max(data.from, bucket.key), Math.min(data.to, bucket.key + data.interval))
  })
  const observer = new ResizeObserver(() => chart.setSize(sizeOf(parent)))
  observer.observe(parent)
  return {
    setData(next) {
      data = next
      chart.setData(aligned(next))
    },
    redraw: () => chart.redraw(),
    destroy() {
      observer.disconnect()
      chart.destroy()
    },
  }
}

function sizeOf(element: HTMLElement): { width: number; height: number } {
  return { width: Math.max(50, element.clientWidth), height: element.clientHeight }
}

function pointedAt(chart: uPlot, data: HistogramData): string {
  const left = chart.cursor.left ?? -1
  return left < 0 ? '' : hoverText(data, chart.posToVal(left, 'x') * 1000)
}

function axes(): uPlot.Axis[] {
  const axis = { stroke: () => colour('--muted'), font: `11px ${colour('--font')}`, ticks: { show: false } }
  return [
    {
      ...axis,
      size: 22,
      gap: 3,
      space: 70,
      grid: { show: false },
      values: (_chart, values) => timeLabels(values),
    },
    {
      ...axis,
      size: 48,
      gap: 4,
      splits: (self, _index, _min, max) => ticks(max, self.height),
      values: (_chart, values) => values.map(formatCompact),
      grid: { stroke: () => colour('--line'), width: 1 },
    },
  ]
}

/** Every bar of the range, also the empty ones: only then do they have their width. */
function aligned({ from, to, interval, buckets }: HistogramData): [number[], number[]] {
  const counts = new Map(buckets.map(({ key, doc_count: count }) => [key, count]))
  const first = Math.floor(from / interval) * interval
  const xs: number[] = []
  const ys: number[] = []
  for (let key = first; key < to && xs.length < BARS_MAX; key += interval) {
    xs.push(key / 1000)
    ys.push(counts.get(key) ?? 0)
  }
  return [xs, ys]
}

function bucketAt({ interval, buckets }: HistogramData, time: number): DateBucket | null {
  return (
    buckets.find(({ key, doc_count: count }) => count > 0 && time >= key && time < key + interval) ?? null
  )
}

function hoverText(data: HistogramData, time: number): string {
  const key = Math.floor(time / data.interval) * data.interval
  const count = bucketAt(data, time)?.doc_count ?? 0
  return `${formatTime(key).replace(/\.000$/, '')}  ${formatCount(count)}`
}

/** Local times; a day is named where it begins. */
function timeLabels(values: readonly number[]): string[] {
  const dates = values.map((value) => new Date(value * 1000))
  const step = ((values[1] ?? 0) - (values[0] ?? 0)) * 1000
  return dates.map((date, index) => {
    const before = dates[index - 1]
    const newDay = before !== undefined && before.getDate() !== date.getDate()
    if (step >= DAY_MS || (newDay && date.getHours() === 0 && date.getMinutes() === 0))
      return formatDay(date).slice(5)
    const clock = formatClock(date)
    return step < 1000 ? clock.slice(3) : step < MINUTE_MS ? clock.slice(0, 8) : clock.slice(0, 5)
  })
}

function ticks(max: number, height: number): number[] {
  const wanted = Math.max(1, Math.floor(height / 34))
  const raw = max / wanted
  const power = 10 ** Math.floor(Math.log10(raw))
  const step = Math.max(
    1,
    [1, 2, 5, 10].map((factor) => factor * power).find((candidate) => candidate >= raw) ?? raw,
  )
  const found: number[] = []
  for (let value = 0; value <= max; value += step) found.push(value)
  return found
}
