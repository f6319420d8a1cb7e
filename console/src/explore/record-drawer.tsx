import { useQuery } from '@tanstack/react-query'
import { type ReactElement, type ReactNode, useId } from 'react'
import { clusterQuery } from '../api/cluster.ts'
import { jsonText, parseJson } from '../api/exact-json.ts'
import { type RawRecord, readRecords, recordQuery, textOf } from '../api/record.ts'
import { CopyButton } from '../ui/copy-button.tsx'
import { formatAgo, formatBytes, formatTime } from '../ui/format.ts'
import { HexView } from './hex-view.tsx'
import { useNow } from '../ui/hooks.ts'
import { Icon } from '../ui/icon.tsx'
import { Menu } from '../ui/menu.tsx'
import { ErrorNotice } from '../ui/notice.tsx'
import { type DrawerTab, type RecordAddress, recordText } from './explore-state.ts'
import { JsonTree, type TreeActions } from './json-tree.tsx'
import { bootstrapServer, chronikCommand, curlCommand, kcatCommand } from './record-commands.ts'

interface RecordDrawerProps {
  readonly address: RecordAddress
  readonly tab: DrawerTab
  readonly actions: TreeActions
  readonly onTab: (tab: DrawerTab) => void
  readonly onClose: () => void
  readonly onOpen: (address: RecordAddress) => void
  /** To the row above or below; null at the end of what is listed. */
  readonly onStep: ((step: -1 | 1) => void) | null
}

const NEIGHBOURS = 5

const tabs: readonly { readonly id: DrawerTab; readonly label: string }[] = [
  { id: 'value', label: 'Value' },
  { id: 'headers', label: 'Headers' },
  { id: 'raw', label: 'Raw' },
  { id: 'hex', label: 'Hex' },
  { id: 'neighbours', label: 'Neighbours' },
]

export function RecordDrawer(props: RecordDrawerProps): ReactElement {
  const { address, tab, onTab, onClose, onStep } = props
  const { topic, partition, offset } = address
  const record = useQuery(recordQuery(topic, partition, offset))
  const id = useId()
  return (
    <section className="drawer" aria-label="Record">
      <header className="drawer-head">
        <div className="drawer-title">
          <h2 className="ellipsis" title={topic}>
            {topic}
          </h2>
          <span className="muted mono">
            {partition}:{offset}
          </span>
        </div>
        {onStep !== null && (
          <>
            <button
              type="button"
              className="button quiet"
              aria-label="Record above"
              title="Record above (k)"
              onClick={() => onStep(-1)}
            >
              <Icon name="up" />
            </button>
            <button
              type="button"
              className="button quiet"
              aria-label="Record below"
              title="Record below (j)"
              onClick={() => onStep(1)}
            >
              <Icon name="down" />
            </button>
          </>
        )}
        <CopyMenu address={address} record={record.data ?? null} />
        <button
          type="button"
          className="button quiet"
          aria-label="Close the record"
          title="Close (Esc)"
          onClick={onClose}
        >
          <Icon name="close" />
        </button>
      </header>
      {record.data !== undefined && <Facts record={record.data} />}
      <div
        className="tabs"
        role="tablist"
        aria-label="Parts of the record"
        onKeyDown={(event) => {
          const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0
          if (step === 0) return
          const at = tabs.findIndex((candidate) => candidate.id === tab)
          const next = tabs[(at + step + tabs.length) % tabs.length]
          if (next !== undefined) onTab(next.id)
          const list = event.currentTarget
          requestAnimationFrame(() => list.querySelector<HTMLElement>('[aria-selected="true"]')?.focus())
        }}
      >
        {tabs.map(({ id: name, label }) => (
          <button
            type="button"
            role="tab"
            key={name}
            id={`${id}${name}`}
            aria-selected={tab === name}
            aria-controls={`${id}panel`}
            tabIndex={tab === name ? 0 : -1}
            onClick={() => onTab(name)}
          >
            {label}
            {name === 'headers' && record.data !== undefined && record.data.headers.length > 0 && (
              <span className="muted"> {record.data.headers.length}</span>
            )}
          </button>
        ))}
      </div>
      <div
        className="drawer-body"
        role="tabpanel"
        id={`${id}panel`}
        aria-labelledby={`${id}${tab}`}
        tabIndex={0}
      >
        {record.error !== null && <ErrorNotice error={record.error} />}
        {record.data !== undefined && <Tab {...props} record={record.data} />}
      </div>
    </section>
  )
}

function Facts({ record }: { readonly record: RawRecord }): ReactElement {
  const now = useNow(10_000)
  const { timestamp, key, size } = record
  return (
    <dl className="facts">
      <div>
        <dt>Time</dt>
        <dd>
          {timestamp === null ? 'none' : formatTime(timestamp)}
          {timestamp !== null && <span className="muted"> {formatAgo(timestamp, now)}</span>}
        </dd>
      </div>
      <div>
        <dt>Key</dt>
        <dd className="mono">
          {key === null ? (
            <span className="muted">none</span>
          ) : (
            (textOf(key) ?? `${formatBytes(key.length)} of bytes`)
          )}
        </dd>
      </div>
      <div>
        <dt>Size</dt>
        <dd>{formatBytes(size)}</dd>
      </div>
    </dl>
  )
}

function Tab({
  record,
  tab,
  actions,
  address,
  onOpen,
}: RecordDrawerProps & { readonly record: RawRecord }): ReactElement {
  switch (tab) {
    case 'value':
      return <Value record={record} actions={actions} />
    case 'headers':
      return <Headers record={record} />
    case 'raw':
      return <Raw record={record} />
    case 'hex':
      return <Hex record={record} />
    case 'neighbours':
      return <Neighbours address={address} onOpen={onOpen} />
  }
}

function Value({
  record,
  actions,
}: {
  readonly record: RawRecord
  readonly actions: TreeActions
}): ReactElement {
  const { value } = record
  if (value === null)
    return <p className="muted">The record has no value: in a compacted topic it deletes its key.</p>
  const text = textOf(value)
  if (text === null) {
    return (
      <>
        <p className="muted">{formatBytes(value.length)} that are no text:</p>
        <HexView bytes={value} label="Value in hexadecimal" />
      </>
    )
  }
  const json = jsonOf(text)
  return json === undefined ? (
    <pre className="wrap">{text === '' ? '(empty)' : text}</pre>
  ) : (
    <JsonTree value={json} actions={actions} />
  )
}

function jsonOf(text: string): unknown {
  if (!/^\s*[[{]/.test(text)) return undefined
  try {
    return parseJson(text)
  } catch {
    return undefined
  }
}

function Headers({ record }: { readonly record: RawRecord }): ReactElement {
  if (record.headers.length === 0) return <p className="muted">The record has no headers.</p>
  return (
    <dl className="headers">
      {record.headers.map(({ key, value }, index) => (
        <div key={index}>
          <dt className="mono">{key}</dt>
          <dd className="mono">
            {value === null ? <span className="muted">none</span> : (textOf(value) ?? hexText(value))}
          </dd>
        </div>
      ))}
    </dl>
  )
}

function hexText(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(' ')
}

function Raw({ record }: { readonly record: RawRecord }): ReactElement {
  return (
    <>
      {record.key !== null && <RawPart title="Key" bytes={record.key} />}
      {record.value === null ? (
        <p className="muted">No value</p>
      ) : (
        <RawPart title="Value" bytes={record.value} />
      )}
    </>
  )
}

function RawPart({ title, bytes }: { readonly title: string; readonly bytes: Uint8Array }): ReactElement {
  const text = textOf(bytes)
  return (
    <Part title={title} size={bytes.length} copy={text ?? hexText(bytes)}>
      <pre className="wrap" tabIndex={0} aria-label={title}>
        {text ?? hexText(bytes)}
      </pre>
    </Part>
  )
}

function Hex({ record: { key, value } }: { readonly record: RawRecord }): ReactElement {
  return (
    <>
      {key !== null && (
        <Part title="Key" size={key.length} copy={() => hexText(key)}>
          <HexView bytes={key} label="Key in hexadecimal" />
        </Part>
      )}
      {value !== null && (
        <Part title="Value" size={value.length} copy={() => hexText(value)}>
          <HexView bytes={value} label="Value in hexadecimal" />
        </Part>
      )}
    </>
  )
}

interface PartProps {
  readonly title: string
  readonly size: number
  readonly copy: string | (() => string)
  readonly children: ReactNode
}

function Part({ title, size, copy, children }: PartProps): ReactElement {
  return (
    <div className="part">
      <div className="part-head">
        <h3>{title}</h3>
        <span className="muted">{formatBytes(size)}</span>
        <CopyButton text={copy} label={`Copy the ${title.toLowerCase()}`} className="tiny" />
      </div>
      {children}
    </div>
  )
}

/** What was written before and after it into the same partition. */
function Neighbours({
  address,
  onOpen,
}: {
  readonly address: RecordAddress
  readonly onOpen: (address: RecordAddress) => void
}): ReactElement {
  const { topic, partition, offset } = address
  const { data, error } = useQuery({
    queryKey: ['neighbours', topic, partition, offset],
    staleTime: Infinity,
    queryFn: ({ signal }) => neighbours(address, signal),
  })
  if (error !== null) return <ErrorNotice error={error} />
  return (
    <ul className="neighbours">
      {data?.map((record) => (
        <li key={record.offset}>
          <button
            type="button"
            aria-current={record.offset === offset}
            onClick={() => onOpen({ topic, partition, offset: record.offset })}
          >
            <span className="mono muted">{record.offset}</span>
            <span className="muted">{record.timestamp === null ? '' : formatTime(record.timestamp)}</span>
            <span className="mono ellipsis">{shortText(record)}</span>
          </button>
        </li>
      ))}
    </ul>
  )
}

async function neighbours(
  { topic, partition, offset }: RecordAddress,
  signal: AbortSignal,
): Promise<readonly RawRecord[]> {
  const limit = NEIGHBOURS * 2 + 1
  const from = Math.max(0, offset - NEIGHBOURS)
  try {
    return await readRecords(topic, partition, from, limit, signal)
  } catch (error) {
    if (signal.aborted || from === offset) throw error
    // The log may begin between there and here.
    return await readRecords(topic, partition, offset, NEIGHBOURS + 1, signal)
  }
}

function shortText({ value }: RawRecord): string {
  if (value === null) return 'no value'
  return (textOf(value.subarray(0, 400)) ?? new TextDecoder().decode(value.subarray(0, 400))).slice(0, 200)
}

function CopyMenu({
  address,
  record,
}: {
  readonly address: RecordAddress
  readonly record: RawRecord | null
}): ReactElement {
  const { data: cluster } = useQuery(clusterQuery)
  const server = bootstrapServer(cluster)
  const text =
    record?.value === null || record === null ? '' : (textOf(record.value) ?? hexText(record.value))
  const json = jsonOf(text)
  const link = (): string => {
    const url = new URL(location.href)
    url.searchParams.set('record', recordText(address))
    return url.href
  }
  return (
    <Menu label="Copy" className="button quiet" align="end" button={<Icon name="copy" />}>
      {() => (
        <div className="copy-menu">
          <CopyButton
            className="option"
            label="Copy the value"
            text={json === undefined ? text : jsonText(json, 2)}
          >
            Value
          </CopyButton>
          <CopyButton className="option" label="Copy a kcat command" text={kcatCommand(address, server)}>
            As kcat
          </CopyButton>
          <CopyButton className="option" label="Copy a curl command" text={curlCommand(address)}>
            As curl
          </CopyButton>
          <CopyButton
            className="option"
            label="Copy a chronik command"
            text={chronikCommand(address, server)}
          >
            As chronik
          </CopyButton>
          <CopyButton className="option" label="Copy a link to this record" text={link}>
            Link to this record
          </CopyButton>
        </div>
      )}
    </Menu>
  )
}
