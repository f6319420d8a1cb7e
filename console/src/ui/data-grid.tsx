import type { ReactElement, ReactNode } from 'react'
import { Icon } from './icon.tsx'
import { VirtualRows } from './virtual-rows.tsx'

export interface GridColumn<T> {
  readonly id: string
  readonly label: string
  /** As a track of a CSS grid. */
  readonly width: string
  readonly number?: boolean
  readonly cell: (item: T) => ReactNode
  /** What the column is sorted by; without it, it is not. */
  readonly value?: (item: T) => string | number
}

interface DataGridProps<T> {
  readonly label: string
  readonly columns: readonly GridColumn<T>[]
  readonly items: readonly T[]
  readonly keyOf: (item: T) => string
  /** The id of a column, with `-` in front when descending. */
  readonly sort: string
  readonly onSort: (sort: string) => void
}

const ROW_PX = 34
const HEADER_PX = 30

/** A list of which only the rows in view exist. */
export function DataGrid<T>({ label, columns, items, keyOf, sort, onSort }: DataGridProps<T>): ReactElement {
  const descending = sort.startsWith('-')
  const by = columns.find(({ id }) => id === sort.replace(/^-/, ''))
  const ordered = by?.value === undefined ? items : items.toSorted(comparison(by.value, descending))
  const header = (
    <div className="grid-head" role="rowgroup">
      <div className="grid-row head" role="row" aria-rowindex={1}>
        {columns.map(({ id, label: text, number = false, value }) => (
          <span
            key={id}
            role="columnheader"
            className={number ? 'number' : ''}
            aria-sort={by?.id === id ? (descending ? 'descending' : 'ascending') : 'none'}
          >
            {value === undefined ? (
              text
            ) : (
              <button type="button" className="sort" onClick={() => onSort(nextSort(id, number, sort))}>
                {text} {by?.id === id && <Icon name={descending ? 'down' : 'up'} />}
              </button>
            )}
          </span>
        ))}
      </div>
    </div>
  )
  const height = HEADER_PX + ordered.length * ROW_PX + 2
  return (
    <div className="card list" style={{ '--rows-height': `${height}px` }}>
      <VirtualRows
        count={ordered.length}
        rowHeight={ROW_PX}
        headerHeight={HEADER_PX}
        header={header}
        attributes={{
          className: 'grid',
          role: 'table',
          'aria-label': label,
          'aria-rowcount': ordered.length + 1,
          style: {
            '--columns': columns.map(({ width }) => width).join(' '),
            '--least': `${leastWidth(columns)}px`,
            '--row': `${ROW_PX}px`,
          },
        }}
        row={(index) => {
          const item = ordered[index]
          return item === undefined ? null : (
            <div className="grid-row static" role="row" aria-rowindex={index + 2} key={keyOf(item)}>
              {columns.map(({ id, number = false, cell }) => (
                <span role="cell" key={id} className={number ? 'cell number' : 'cell'}>
                  {cell(item)}
                </span>
              ))}
            </div>
          )
        }}
      />
    </div>
  )
}

/** Tracks name their least width first. */
function leastWidth(columns: readonly { readonly width: string }[]): number {
  return columns.reduce((sum, { width }) => sum + Number(/\d+/.exec(width)?.[0] ?? 0), 0)
}

/** Numbers begin with the largest, names with the first. */
function nextSort(id: string, number: boolean, sort: string): string {
  const [first, second] = number ? [`-${id}`, id] : [id, `-${id}`]
  return sort === first ? second : first
}

function comparison<T>(value: (item: T) => string | number, descending: boolean): (a: T, b: T) => number {
  const sign = descending ? -1 : 1
  return (a, b) => {
    const left = value(a)
    const right = value(b)
    return (
      sign *
      (typeof left === 'number' && typeof right === 'number'
        ? left - right
        : String(left).localeCompare(String(right)))
    )
  }
}
