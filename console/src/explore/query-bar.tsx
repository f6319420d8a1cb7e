import { useQueryClient } from '@tanstack/react-query'
import { type ReactElement, type Ref, useEffect, useImperativeHandle, useRef, useState } from 'react'
import { ApiError } from '../api/http.ts'
import { searchFields, searchValues } from '../api/search.ts'
import { formatCompact } from '../ui/format.ts'
import type { QueryEditor } from './query-editor.ts'

const PLACEHOLDER = 'Search: words, "a phrase", field:value, status:>=500 AND NOT level:debug'
const FIELDS_FRESH_MS = 15_000

export interface QueryBarHandle {
  focus(): void
}

interface QueryBarProps {
  readonly query: string
  readonly topics: readonly string[]
  readonly error: Error | null
  readonly onSubmit: (query: string) => void
  readonly onDraft: (query: string) => void
  readonly onLeave: () => void
  readonly handle: Ref<QueryBarHandle>
}

/**
 * A plain field at first, which works at once; the editor with colours and completion takes its place as soon as it is loaded, with
 * the text and the caret that were there.
 */
export function QueryBar(props: QueryBarProps): ReactElement {
  const { query, topics, error, handle } = props
  const client = useQueryClient()
  const input = useRef<HTMLInputElement>(null)
  const box = useRef<HTMLDivElement>(null)
  const editor = useRef<QueryEditor | null>(null)
  const latest = useRef(props)
  latest.current = props
  const [draft, setDraft] = useState(query)
  const [ready, setReady] = useState(false)
  const position = error instanceof ApiError ? error.position : null

  useEffect(() => {
    let stopped = false
    const load = async (): Promise<void> => {
      const { createQueryEditor } = await import('./query-editor.ts')
      const parent = box.current
      if (stopped || parent === null) return
      const field = input.current
      const focused = field !== null && document.activeElement === field
      const selection = [field?.selectionStart ?? 0, field?.selectionEnd ?? 0] as const
      const made = createQueryEditor({
        parent,
        text: field?.value ?? latest.current.query,
        placeholder: PLACEHOLDER,
        fields: async () => {
          const names = latest.current.topics
          const fields = await client.fetchQuery({
            queryKey: ['fields', names],
            queryFn: ({ signal }) => searchFields(names, signal),
            staleTime: FIELDS_FRESH_MS,
          })
          return fields.map(({ name, types }) => ({ text: name, detail: types.join(', ') }))
        },
        values: async (name, prefix, signal) => {
          const found = await searchValues(latest.current.topics, name, prefix, signal)
          return found.map(({ value, count }) => ({ text: value, detail: formatCompact(count) }))
        },
        onChange: (text) => {
          setDraft(text)
          latest.current.onDraft(text)
        },
        onSubmit: (text) => latest.current.onSubmit(text),
        onLeave: () => latest.current.onLeave(),
      })
      editor.current = made
      setReady(true)
      if (focused) made.focus(...selection)
    }
    const idle = window.requestIdleCallback ?? ((run: () => void) => window.setTimeout(run, 200))
    idle(() => void load())
    return () => {
      stopped = true
      editor.current?.destroy()
      editor.current = null
    }
  }, [client])

  useEffect(() => {
    setDraft(query)
    editor.current?.setText(query)
  }, [query])
  useEffect(() => editor.current?.setError(position), [position, ready])
  useImperativeHandle(handle, () => ({
    focus: () => (editor.current === null ? input.current?.focus() : editor.current.focus()),
  }))

  return (
    <div className="query" data-topics={topics.length}>
      <div className="query-box" ref={box} aria-invalid={error !== null}>
        {!ready && (
          <input
            ref={input}
            aria-label="Query"
            value={draft}
            placeholder={PLACEHOLDER}
            spellCheck={false}
            autoCapitalize="off"
            onChange={(event) => {
              setDraft(event.target.value)
              props.onDraft(event.target.value)
            }}
            onKeyDown={(event) => {
              if (event.key === 'Enter') props.onSubmit(draft)
              if (event.key === 'Escape') props.onLeave()
            }}
          />
        )}
      </div>
      <kbd className="query-hint" aria-hidden="true">
        /
      </kbd>
    </div>
  )
}
