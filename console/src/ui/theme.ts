export type Theme = 'light' | 'dark'

const KEY = 'chronik.theme'
const listeners = new Set<() => void>()

export function currentTheme(): Theme {
  const chosen = document.documentElement.dataset['theme']
  if (chosen === 'light' || chosen === 'dark') return chosen
  return matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light'
}

export function toggleTheme(): void {
  const theme = currentTheme() === 'dark' ? 'light' : 'dark'
  document.documentElement.dataset['theme'] = theme
  localStorage.setItem(KEY, theme)
  for (const listener of listeners) listener()
}

export function onThemeChange(listener: () => void): () => void {
  const list = matchMedia('(prefers-color-scheme: dark)')
  listeners.add(listener)
  list.addEventListener('change', listener)
  return () => {
    listeners.delete(listener)
    list.removeEventListener('change', listener)
  }
}

export function colour(token: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(token).trim()
}
