import {
  memo,
  type ReactElement,
  type ReactNode,
  type Ref,
  useCallback,
  useEffect,
  useSyncExternalStore,
} from 'react'
import type { Hit } from '../api/search.ts'
import { formatClock, formatDay, formatTime } from '../ui/format.ts'
import { PHONE, useMedia } from '../ui/hooks.ts'
import { Icon } from '../ui/icon.tsx'
import { VirtualRows, type VirtualRowsHandle } from '../ui/virtual-rows.tsx'
import { columnText, levelOf, scalarText, summaryOf } from './document.ts'
import type { RowSource } from './row-source.ts'

const ROW_PX = 27
const PHONE_ROW_PX = 62
const HEADER_PX = 30

interface RecordTableProps {
  readonly source: RowSource
  /** Records that came in since, newest first; they stand above the rows of the source. */
  readonly arrived: readonly Hit[]
  readonly columns: readonly string[]
  readonly showTopic: boolean
  readonly words: readonly string[]
  readonly selected: number
  readonly sort: string
  readonly onSort: (sort: string) => void
  readonly onSelect: (index: number, open: boolean) => void
  readonly onAtTop: (atTop: boolean) => void
  readonly handle: Ref<VirtualRowsHandle>
}

export function RecordTable(props: RecordTableProps): ReactElement {
  const { source, arrived, columns, showTopic, words, selected, onSelect, onAtTop, handle } = props
  useSyncExternalStore(source.subscribe, () => source.version)
  const phone = useMedia(PHONE)
  const count = source.count + arrived.length
  const shift = arrived.length
  const layout = tracks(columns, showTopic)
  const onRange = useCallback(
    (first: number, last: number, atTop: boolean) => {
      source.want(first - shift, last - shift)
      onAtTop(atTop)
    },
    [source, shift, onAtTop],
  )
  useEffect(() => () => source.close(), [source])
  const row = (index: number): ReactNode => {
    const hit = index < shift ? (arrived[index] ?? null) : source.row(index - shift)
    return (
      <Row
        key={index}
        index={index}
        hit={hit}
        columns={columns}
        showTopic={showTopic}
        words={words}
        selected={index === selected}
        phone={phone}
        onSelect={onSelect}
      />
    )
  }
  return (
    <VirtualRows
      handle={handle}
      count={count}
      rowHeight={phone ? PHONE_ROW_PX : ROW_PX}
      headerHeight={phone ? 0 : HEADER_PX}
      header={phone ? null : <Header {...props} />}
      onRange={onRange}
      row={row}
      attributes={{
        className: 'grid',
        role: 'grid',
        'aria-label': 'Records',
        'aria-rowcount': count + 1,
        'aria-activedescendant': selected >= 0 ? `row-${selected}` : undefined,
        style: {
          '--columns': layout.columns,
          '--least': layout.least,
          '--row': `${phone ? PHONE_ROW_PX : ROW_PX}px`,
        },
      }}
    />
  )
}

const TIME_PX = 186
const TOPIC_PX = 140
const OFFSET_PX = 96
const RECORD_PX = 260
const FIELD_PX = 130
/** Fields that usually hold sentences. */
const LONG = /(?:message|msg|text|description|reason|error|stack|body|url|path|_value)$/i

/** The tracks of a row, and how narrow the table may get before it scrolls sideways. */
function tracks(
  columns: readonly string[],
  showTopic: boolean,
): { readonly columns: string; readonly least: string } {
  const fixed = [TIME_PX, ...(showTopic ? [TOPIC_PX] : []), OFFSET_PX]
  const own = columns.length === 0 ? [RECORD_PX] : columns.map(() => FIELD_PX)
  const least = [...fixed, ...own].reduce((sum, width) => sum + width, 0)
  const template = [
    ...fixed.map((width) => `${width}px`),
    ...own.map((width, index) => `minmax(${width}px, ${LONG.test(columns[index] ?? '') ? 4 : 1}fr)`),
  ]
  return { columns: template.join(' '), least: `${least}px` }
}

function Header({ columns, showTopic, sort, onSort }: RecordTableProps): ReactElement {
  const timeUp = sort === '_timestamp'
  const isTime = sort === '' || timeUp
  return (
    <div className="grid-head" role="rowgroup">
      <div className="grid-row head" role="row" aria-rowindex={1}>
        <span role="columnheader" aria-sort={isTime ? (timeUp ? 'ascending' : 'descending') : 'none'}>
          <button
            type="button"
            className="sort"
            onClick={() => onSort(timeUp || !isTime ? '' : '_timestamp')}
          >
            Time {isTime && <Icon name={timeUp ? 'up' : 'down'} />}
          </button>
        </span>
        {showTopic && <span role="columnheader">Topic</span>}
        <span role="columnheader" title="Partition and offset">
          Offset
        </span>
        {columns.length === 0 && <span role="columnheader">Record</span>}
        {columns.map((name) => (
          <span role="columnheader" key={name} title={name} aria-sort={sortOf(sort, name)}>
            <button type="button" className="sort" onClick={() => onSort(nextSort(sort, name))}>
              <span className="ellipsis">{name}</span>
              {sort === name && <Icon name="up" />}
              {sort === `-${name}` && <Icon name="down" />}
            </button>
          </span>
        ))}
      </div>
    </div>
  )
}

function sortOf(sort: string, name: string): 'ascending' | 'descending' | 'none' {
  return sort === name ? 'ascending' : sort === `-${name}` ? 'descending' : 'none'
}

function nextSort(sort: string, name: string): string {
  return sort === `-${name}` ? name : sort === name ? '' : `-${name}`
}

interface RowProps {
  readonly index: number
  readonly hit: Hit | null
  readonly columns: readonly string[]
  readonly showTopic: boolean
  readonly words: readonly string[]
  readonly selected: boolean
  readonly phone: boolean
  readonly onSelect: (index: number, open: boolean) => void
}

const Row = memo(function Row({
  index,
  hit,
  columns,
  showTopic,
  words,
  selected,
  phone,
  onSelect,
}: RowProps): ReactElement {
  if (hit === null) {
    return (
      <div className="grid-row loading" role="row" aria-rowindex={index + 2} id={`row-${index}`}>
        <span role="gridcell" className="row-blank">
          <span className="unseen">Loading</span>
        </span>
      </div>
    )
  }
  const place = `${hit.partition}:${hit.offset}`
  const cells =
    columns.length === 0
      ? [<Summary key="summary" hit={hit} words={words} />]
      : columns.map((name) => {
          const text = columnText(hit, name)
          return (
            <span role="gridcell" key={name} className="cell" title={text}>
              {text === '' ? <span className="muted">–</span> : marked(text, words)}
            </span>
          )
        })
  const level = levelOf(hit)
  return (
    <div
      className={`grid-row ${level}`}
      role="row"
      aria-rowindex={index + 2}
      aria-selected={selected}
      id={`row-${index}`}
      onClick={() => {
        // Whoever marks text in a row wants to copy it.
        if (getSelection()?.isCollapsed !== false) onSelect(index, true)
      }}
    >
      {phone ? (
        <span role="gridcell" className="phone-head">
          <span>{formatTime(hit.timestamp)}</span>
          <span className="ellipsis">{showTopic ? hit.topic : ''}</span>
          <span>{place}</span>
        </span>
      ) : (
        <>
          <span role="gridcell" className="cell time">
            <span className="muted">{formatDay(new Date(hit.timestamp))}</span>{' '}
            {formatClock(new Date(hit.timestamp))}
          </span>
          {showTopic && (
            <span role="gridcell" className="cell" title={hit.topic}>
              {hit.topic}
            </span>
          )}
          <span role="gridcell" className="cell muted">
            {place}
          </span>
        </>
      )}
      {cells}
    </div>
  )
})

function Summary({ hit, words }: { readonly hit: Hit; readonly words: readonly string[] }): ReactElement {
  const fields = summaryOf(hit)
  return (
    <span role="gridcell" className="cell summary">
      {hit.key !== null && hit.key !== undefined && (
        <span className="pair">
          <b>_key=</b>
          {marked(scalarText(hit.key), words)}
        </span>
      )}
      {hit.value === null && <span className="muted">no value</span>}
      {hit.valueEncoding === 'base64' && (
        <span className="muted">binary, {scalarText(hit.value).length} characters of base64</span>
      )}
      {hit.valueEncoding !== 'base64' &&
        typeof hit.value !== 'object' &&
        marked(scalarText(hit.value).slice(0, 600), words)}
      {fields.map(({ name, text }) => (
        <span className="pair" key={name}>
          <b>{name}=</b>
          {marked(text, words)}
        </span>
      ))}
    </span>
  )
}

/** The text with the words of the query marked. */
export function marked(text: string, words: readonly string[]): ReactNode {
  if (words.length === 0 || text === '') return text
  const escaped = words.map((word) => word.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`))
  const parts = text.split(new RegExp(`(${escaped.join('|')})`, 'gi'))
  // What the group matched stands at the odd places.
  return parts.length === 1
    ? text
    : parts.map((part, index) => (index % 2 === 1 ? <mark key={index}>{part}</mark> : part))
}
