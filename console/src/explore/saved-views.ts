/** Searches that somebody gave a name, and the last ones. They are kept in this browser; what is shared is the address. */
export interface SavedView {
  readonly name: string
  /** The part of the address behind the question mark. */
  readonly search: string
}

const VIEWS = 'chronik.views'
const RECENT = 'chronik.recent'
const VIEWS_MAX = 100
const RECENT_MAX = 12

function read(key: string): readonly SavedView[] {
  try {
    const list: unknown = JSON.parse(localStorage.getItem(key) ?? '[]')
    return Array.isArray(list) ? (list as SavedView[]) : []
  } catch {
    // Somebody else wrote there, or storage is off.
    return []
  }
}

export function savedViews(): readonly SavedView[] {
  return read(VIEWS)
}

export function recentSearches(): readonly SavedView[] {
  return read(RECENT)
}

export function saveView(view: SavedView): void {
  const others = savedViews().filter(({ name }) => name !== view.name)
  localStorage.setItem(VIEWS, JSON.stringify([view, ...others].slice(0, VIEWS_MAX)))
}

export function deleteView(name: string): void {
  localStorage.setItem(VIEWS, JSON.stringify(savedViews().filter((view) => view.name !== name)))
}

export function rememberSearch(view: SavedView): void {
  const others = recentSearches().filter(({ name }) => name !== view.name)
  localStorage.setItem(RECENT, JSON.stringify([view, ...others].slice(0, RECENT_MAX)))
}
