import { DEFAULT_FROM } from './time-range.ts'

export type DrawerTab = 'value' | 'headers' | 'raw' | 'hex' | 'neighbours'
const tabs: readonly string[] = ['value', 'headers', 'raw', 'hex', 'neighbours']

/** Everything that Explore shows follows from this, and all of it stands in the address. */
export interface ExploreState {
  readonly query: string
  /** Empty: all topics. */
  readonly topics: readonly string[]
  readonly from: string
  readonly to: string
  readonly live: boolean
  /** Fields that have a column of their own. */
  readonly columns: readonly string[]
  /** `-field` descends; empty is newest first. */
  readonly sort: string
  /** The record that is open: topic/partition/offset. */
  readonly record: string
  readonly tab: DrawerTab
  /** Fields whose values are shown at the side; null leaves the choice to the console. */
  readonly facets: readonly string[] | null
}

/** As it stands in the address; what has its default is left out. */
export interface ExploreSearch {
  readonly q?: string
  readonly topics?: string
  readonly from?: string
  readonly to?: string
  readonly live?: string
  readonly columns?: string
  readonly sort?: string
  readonly record?: string
  readonly tab?: string
  readonly facets?: string
}

export function exploreSearch(raw: Readonly<Record<string, unknown>>): ExploreSearch {
  const names = ['q', 'topics', 'from', 'to', 'live', 'columns', 'sort', 'record', 'tab', 'facets']
  return Object.fromEntries(
    names.flatMap((name) => (typeof raw[name] === 'string' ? [[name, raw[name]]] : [])),
  )
}

export function stateOf(search: ExploreSearch): ExploreState {
  const tab = search.tab ?? ''
  return {
    query: search.q ?? '',
    topics: list(search.topics),
    from: search.from === 'all' ? '' : (search.from ?? DEFAULT_FROM),
    to: search.to ?? '',
    live: search.live === '1',
    columns: list(search.columns),
    sort: search.sort ?? '',
    record: search.record ?? '',
    tab: tabs.includes(tab) ? (tab as DrawerTab) : 'value',
    facets: search.facets === undefined ? null : list(search.facets),
  }
}

export function searchOf(state: ExploreState): ExploreSearch {
  return {
    ...(state.query !== '' && { q: state.query }),
    ...(state.topics.length > 0 && { topics: state.topics.join() }),
    ...(state.from !== DEFAULT_FROM && { from: state.from === '' ? 'all' : state.from }),
    ...(state.to !== '' && { to: state.to }),
    ...(state.live && { live: '1' }),
    ...(state.columns.length > 0 && { columns: state.columns.map(encodeName).join() }),
    ...(state.sort !== '' && { sort: state.sort }),
    ...(state.record !== '' && { record: state.record }),
    ...(state.tab !== 'value' && state.record !== '' && { tab: state.tab }),
    ...(state.facets !== null && { facets: state.facets.map(encodeName).join() }),
  }
}

/** Field names may hold commas. */
function encodeName(name: string): string {
  return name.replaceAll('%', '%25').replaceAll(',', '%2C')
}

function list(text: string | undefined): readonly string[] {
  return (text ?? '')
    .split(',')
    .filter((name) => name !== '')
    .map((name) => name.replaceAll('%2C', ',').replaceAll('%25', '%'))
}

export interface RecordAddress {
  readonly topic: string
  readonly partition: number
  readonly offset: number
}

export function recordText({ topic, partition, offset }: RecordAddress): string {
  return `${topic}/${partition}/${offset}`
}

export function recordAddress(text: string): RecordAddress | null {
  const match = /^([^/]+)\/(\d+)\/(\d+)$/.exec(text)
  return match === null
    ? null
    : { topic: match[1] ?? '', partition: Number(match[2]), offset: Number(match[3]) }
}
