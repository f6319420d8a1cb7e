import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { type ReactElement, useMemo, useState } from 'react'
import { type FieldInfo, search, searchFields, type TermsBucket } from '../api/search.ts'
import { formatCompact } from '../ui/format.ts'
import { Icon } from '../ui/icon.tsx'
import { hasClause } from './query-text.ts'
import type { FixedSearch } from './row-source.ts'

const VALUES_SHOWN = 8
const FIELDS_SHOWN_MAX = 300

interface FacetsProps {
  readonly search: FixedSearch | null
  readonly query: string
  readonly topics: readonly string[]
  readonly opened: readonly string[] | null
  readonly columns: readonly string[]
  readonly onOpened: (names: readonly string[]) => void
  readonly onColumns: (names: readonly string[]) => void
  readonly onFilter: (field: string, value: string, negative: boolean) => void
}

/** The fields of the records at hand, and how often each value of the open ones occurs among the matches. */
export function Facets(props: FacetsProps): ReactElement {
  const { search: fixed, topics, opened, columns, onOpened, onColumns } = props
  const [filter, setFilter] = useState('')
  const { data: fields = [] } = useQuery({
    queryKey: ['fields', topics],
    queryFn: ({ signal }) => searchFields(topics, signal),
    staleTime: 15_000,
    placeholderData: keepPreviousData,
  })
  const manyTopics = topics.length !== 1
  const open = useMemo(() => opened ?? usualFacets(fields, manyTopics), [opened, fields, manyTopics])
  const counts = useFacetCounts(fixed, open)
  const wanted = filter.toLowerCase()
  const listed = fields.filter(({ name }) => name.toLowerCase().includes(wanted))
  const shown = sorted(listed, open).slice(0, FIELDS_SHOWN_MAX)
  const toggle = (names: readonly string[], name: string): readonly string[] =>
    names.includes(name) ? names.filter((other) => other !== name) : [...names, name]
  return (
    <div className="facets">
      <div className="facets-filter">
        <input
          className="input"
          aria-label="Filter fields"
          placeholder={`Filter ${fields.length === 0 ? '' : `${fields.length} `}fields`}
          value={filter}
          onChange={(event) => setFilter(event.target.value)}
        />
      </div>
      <ul className="facets-list" aria-label="Fields">
        {shown.map(({ name, types }) => {
          const isOpen = open.includes(name)
          const isColumn = columns.includes(name)
          return (
            <li key={name} className={isOpen ? 'facet open' : 'facet'}>
              <div className="facet-head">
                <button
                  type="button"
                  className="facet-name"
                  aria-expanded={isOpen}
                  disabled={!hasExactValues(types)}
                  title={`${name} (${types.join(', ')})`}
                  onClick={() => onOpened(toggle(open, name))}
                >
                  <Icon name={isOpen ? 'down' : 'right'} />
                  <span className="ellipsis">{name}</span>
                  <span className="facet-type">{typeSign(types)}</span>
                </button>
                <button
                  type="button"
                  className="tiny"
                  aria-pressed={isColumn}
                  aria-label={`Column for ${name}`}
                  title={isColumn ? 'Take the column away' : 'Show as a column'}
                  onClick={() => onColumns(toggle(columns, name))}
                >
                  <Icon name="column" />
                </button>
              </div>
              {isOpen && <Values {...props} field={name} counts={counts.get(name) ?? null} />}
            </li>
          )
        })}
      </ul>
      {listed.length > shown.length && (
        <p className="panel-note">{listed.length - shown.length} more fields: type to narrow.</p>
      )}
    </div>
  )
}

interface FacetCounts {
  readonly buckets: readonly TermsBucket[]
  readonly others: number
}

function Values({
  query,
  field,
  counts,
  onFilter,
}: FacetsProps & { readonly field: string; readonly counts: FacetCounts | null }): ReactElement {
  if (counts === null) return <p className="facet-note" />
  if (counts.buckets.length === 0) return <p className="facet-note">no values</p>
  const most = Math.max(...counts.buckets.map(({ doc_count: count }) => count))
  return (
    <>
      <ul className="facet-values">
        {counts.buckets.map((bucket) => {
          const value = bucket.key_as_string ?? String(bucket.key)
          const on = hasClause(query, field, value, false)
          const off = hasClause(query, field, value, true)
          return (
            <li key={value} className={on ? 'on' : off ? 'off' : ''}>
              <button
                type="button"
                className="facet-value"
                aria-pressed={on}
                title={on ? `Any ${field} again` : `Only ${field}: ${value}`}
                onClick={() => onFilter(field, value, false)}
              >
                <span className="facet-bar" style={{ width: `${(bucket.doc_count / most) * 100}%` }} />
                <span className="ellipsis">{value === '' ? '(empty)' : value}</span>
                <span className="facet-count">{formatCompact(bucket.doc_count)}</span>
              </button>
              <button
                type="button"
                className="tiny"
                aria-pressed={off}
                aria-label={`Without ${field}: ${value}`}
                title={`Without ${value}`}
                onClick={() => onFilter(field, value, true)}
              >
                <Icon name="minus" />
              </button>
            </li>
          )
        })}
      </ul>
      {counts.others > 0 && (
        <p className="facet-note">{formatCompact(counts.others)} records have other values</p>
      )}
    </>
  )
}

function useFacetCounts(
  fixed: FixedSearch | null,
  names: readonly string[],
): ReadonlyMap<string, FacetCounts> {
  const { data } = useQuery({
    queryKey: ['facets', fixed, names],
    enabled: fixed !== null && names.length > 0,
    placeholderData: keepPreviousData,
    staleTime: Infinity,
    queryFn: async ({ signal }) => {
      if (fixed === null) return new Map<string, FacetCounts>()
      const aggregations = Object.fromEntries(
        names.map((field, index) => [`f${index}`, { terms: { field, size: VALUES_SHOWN } }]),
      )
      const { query, topics, from, to } = fixed
      const answer = await search(
        { query, topics, from, to, size: 0, aggregations, freshness: 'any' },
        signal,
      )
      return new Map(names.map((name, index) => [name, countsOf(answer.aggregations?.[`f${index}`])]))
    },
  })
  return data ?? new Map<string, FacetCounts>()
}

function countsOf(aggregation: unknown): FacetCounts {
  const { buckets = [], sum_other_doc_count: others = 0 } = (aggregation ?? {}) as {
    readonly buckets?: readonly TermsBucket[]
    readonly sum_other_doc_count?: number
  }
  return { buckets, others }
}

const usual = [
  'level',
  'severity',
  'service',
  'status',
  'event',
  'type',
  'method',
  'country',
  'host',
  'kind',
  'state',
]
const USUAL_MAX = 4

/** Fields that usually have few values, when nobody has chosen any. */
function usualFacets(fields: readonly FieldInfo[], manyTopics: boolean): readonly string[] {
  const names = new Set(fields.filter(({ types }) => hasExactValues(types)).map(({ name }) => name))
  const found = usual.filter((name) => names.has(name)).slice(0, USUAL_MAX)
  return names.has('_topic') && manyTopics ? ['_topic', ...found] : found
}

/** Open ones first, then those of the records, then those that every record has. */
function sorted(fields: readonly FieldInfo[], open: readonly string[]): readonly FieldInfo[] {
  const rank = ({ name }: FieldInfo): number => (open.includes(name) ? 0 : name.startsWith('_') ? 2 : 1)
  return fields.toSorted((a, b) => rank(a) - rank(b) || openOrder(open, a, b) || a.name.localeCompare(b.name))
}

function openOrder(open: readonly string[], a: FieldInfo, b: FieldInfo): number {
  return open.indexOf(a.name) - open.indexOf(b.name)
}

function typeSign(types: readonly string[]): string {
  if (types.includes('date')) return 'date'
  if (types.some((type) => type === 'long' || type === 'double' || type === 'integer')) return '#'
  if (types.includes('boolean')) return 't/f'
  return 'abc'
}

/** Long texts are searched by their words and have no values to count. */
function hasExactValues(types: readonly string[]): boolean {
  return types.some((type) => type !== 'text')
}
