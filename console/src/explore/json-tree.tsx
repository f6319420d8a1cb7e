import { type ReactElement, useState } from 'react'
import { ExactNumber } from '../api/exact-json.ts'
import { Icon } from '../ui/icon.tsx'
import { scalarText } from './document.ts'

export interface TreeActions {
  readonly onFilter: (field: string, value: string, negative: boolean) => void
  readonly onColumn: (field: string) => void
}

interface NodeProps {
  readonly name: string | null
  readonly value: unknown
  readonly path: string
  readonly depth: number
  readonly actions: TreeActions
}

const OPEN_DEPTH = 3
const MEMBERS_FIRST = 100

export function JsonTree({
  value,
  actions,
}: {
  readonly value: unknown
  readonly actions: TreeActions
}): ReactElement {
  return (
    <div className="tree mono">
      <Node name={null} value={value} path="" depth={0} actions={actions} />
    </div>
  )
}

function Node(props: NodeProps): ReactElement {
  const { value } = props
  return value !== null && typeof value === 'object' && !(value instanceof ExactNumber) ? (
    <Branch {...props} />
  ) : (
    <Leaf {...props} />
  )
}

function Branch({ name, value, path, depth, actions }: NodeProps): ReactElement {
  const [open, setOpen] = useState(depth < OPEN_DEPTH)
  const [shown, setShown] = useState(MEMBERS_FIRST)
  const list = Array.isArray(value)
  const members = Object.entries(value as object)
  const size = list ? `[${members.length}]` : `{${members.length}}`
  const children = members
    .slice(0, shown)
    .map(([key, item]) => (
      <Node
        key={key}
        name={key}
        value={item}
        path={list ? path : path === '' ? key : `${path}.${key}`}
        depth={depth + 1}
        actions={actions}
      />
    ))
  if (name === null) return <div className="tree-root">{children}</div>
  return (
    <div className="tree-branch">
      <button type="button" className="tree-toggle" aria-expanded={open} onClick={() => setOpen(!open)}>
        <Icon name={open ? 'down' : 'right'} />
        <span className="tree-name">{name}</span>
        <span className="muted">{size}</span>
      </button>
      {open && (
        <div className="tree-members">
          {children}
          {members.length > shown && (
            <button type="button" className="button small" onClick={() => setShown(shown * 10)}>
              {members.length - shown} more
            </button>
          )}
        </div>
      )}
    </div>
  )
}

function Leaf({ name, value, path, actions }: NodeProps): ReactElement {
  const text = scalarText(value)
  const kind = value === null ? 'null' : value instanceof ExactNumber ? 'number' : typeof value
  return (
    <div className="tree-leaf">
      {name !== null && <span className="tree-name">{name}</span>}
      <span className={`tree-value ${kind}`}>{text === '' ? '""' : text}</span>
      {path !== '' && value !== null && (
        <span className="tree-actions">
          <button
            type="button"
            className="tiny"
            title={`Only ${path}: ${text}`}
            aria-label={`Only ${path}: ${text}`}
            onClick={() => actions.onFilter(path, text, false)}
          >
            <Icon name="plus" />
          </button>
          <button
            type="button"
            className="tiny"
            title={`Without ${path}: ${text}`}
            aria-label={`Without ${path}: ${text}`}
            onClick={() => actions.onFilter(path, text, true)}
          >
            <Icon name="minus" />
          </button>
          <button
            type="button"
            className="tiny"
            title={`Show ${path} as a column`}
            aria-label={`Column for ${path}`}
            onClick={() => actions.onColumn(path)}
          >
            <Icon name="column" />
          </button>
        </span>
      )}
    </div>
  )
}
