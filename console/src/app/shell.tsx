import { useQuery } from '@tanstack/react-query'
import { Link, Outlet, useNavigate } from '@tanstack/react-router'
import { type ReactElement, useState, useSyncExternalStore } from 'react'
import { clusterQuery } from '../api/cluster.ts'
import { EmptyState } from '../ui/notice.tsx'
import { Icon, type IconName } from '../ui/icon.tsx'
import { useKeys } from '../ui/keys.ts'
import { currentTheme, onThemeChange, toggleTheme } from '../ui/theme.ts'
import { KeysHelp } from './keys-help.tsx'

const pages = [
  { to: '/', label: 'Explore', icon: 'explore', keys: 'g e' },
  { to: '/home', label: 'Home', icon: 'home', keys: 'g h' },
  { to: '/topics', label: 'Topics', icon: 'topics', keys: 'g t' },
  { to: '/groups', label: 'Groups', icon: 'groups', keys: 'g g' },
] as const satisfies readonly { to: string; label: string; icon: IconName; keys: string }[]

export function Shell(): ReactElement {
  const navigate = useNavigate()
  const [help, setHelp] = useState(false)
  useKeys([
    ...pages.map(({ to, label, keys }) => ({
      keys,
      label: `Go to ${label}`,
      group: 'Everywhere',
      run: () => void navigate({ to }),
    })),
    { keys: '?', label: 'Show the keys', group: 'Everywhere', run: () => setHelp(true) },
    { keys: 'T', label: 'Light or dark', group: 'Everywhere', run: toggleTheme },
  ])
  return (
    <div className="shell">
      <a className="skip" href="#main">
        Skip to the content
      </a>
      <header className="rail">
        <Link to="/" className="brand" aria-label="Chronik, to Explore">
          <Mark />
          <span>Chronik</span>
        </Link>
        <nav aria-label="Pages">
          {pages.map(({ to, label, icon, keys }) => (
            <Link
              key={to}
              to={to}
              activeOptions={{ exact: to === '/', includeSearch: false }}
              title={`${label} (${keys})`}
            >
              <Icon name={icon} />
              <span>{label}</span>
            </Link>
          ))}
        </nav>
        <div className="rail-end">
          <Cluster />
          <div className="rail-buttons">
            <ThemeButton />
            <button
              type="button"
              className="button quiet"
              title="Keys (?)"
              aria-label="Keys"
              onClick={() => setHelp(true)}
            >
              <Icon name="keyboard" />
            </button>
          </div>
        </div>
      </header>
      <main id="main" tabIndex={-1}>
        <Outlet />
      </main>
      {help && <KeysHelp onClose={() => setHelp(false)} />}
    </div>
  )
}

function Mark(): ReactElement {
  return (
    <svg viewBox="0 0 20 20" width="20" height="20" aria-hidden="true" className="mark">
      <rect x="2" y="3" width="16" height="3" rx="1.5" />
      <rect x="2" y="8.5" width="10" height="3" rx="1.5" opacity=".7" />
      <rect x="2" y="14" width="13" height="3" rx="1.5" opacity=".45" />
    </svg>
  )
}

function Cluster(): ReactElement {
  const { data, isError } = useQuery(clusterQuery)
  const state = isError ? 'bad' : data === undefined ? 'unknown' : 'good'
  return (
    <div
      className="cluster"
      title={data === undefined ? undefined : `Cluster ${data.clusterId}, version ${data.version}`}
    >
      <span className={`dot ${state}`} />
      <span>{isError ? 'Not reachable' : location.host}</span>
    </div>
  )
}

function ThemeButton(): ReactElement {
  const theme = useSyncExternalStore(onThemeChange, currentTheme)
  const label = theme === 'dark' ? 'Light theme' : 'Dark theme'
  return (
    <button
      type="button"
      className="button quiet"
      aria-label={label}
      title={`${label} (Shift+T)`}
      onClick={toggleTheme}
    >
      <Icon name={theme === 'dark' ? 'sun' : 'moon'} />
    </button>
  )
}

export function NotFound(): ReactElement {
  return (
    <div className="page">
      <EmptyState title="There is nothing here">
        <p>
          This address is no page of the console. <Link to="/">Explore the records</Link> or{' '}
          <Link to="/topics">see the topics</Link>.
        </p>
      </EmptyState>
    </div>
  )
}
