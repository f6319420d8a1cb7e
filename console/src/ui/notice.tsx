import type { ReactElement, ReactNode } from 'react'
import { ApiError } from '../api/http.ts'
import { Icon } from './icon.tsx'

export function ErrorNotice({
  error,
  retry,
}: {
  readonly error: Error
  readonly retry?: () => void
}): ReactElement {
  return (
    <div className="notice bad" role="alert">
      <Icon name="warning" />
      <div>
        <p>{error.message}</p>
        {error instanceof ApiError && error.status !== 0 && <p className="muted mono">{error.code}</p>}
      </div>
      {retry !== undefined && (
        <button type="button" className="button" onClick={retry}>
          Try again
        </button>
      )}
    </div>
  )
}

export function EmptyState({
  title,
  children,
}: {
  readonly title: string
  readonly children?: ReactNode
}): ReactElement {
  return (
    <div className="empty">
      <h2>{title}</h2>
      {children}
    </div>
  )
}
