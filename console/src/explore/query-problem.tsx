import type { ReactElement } from 'react'
import { ApiError } from '../api/http.ts'
import { ErrorNotice } from '../ui/notice.tsx'

/** What is wrong with the query, with a pointer below the place. */
export function QueryProblem({
  error,
  query,
}: {
  readonly error: Error | null
  readonly query: string
}): ReactElement | null {
  if (error === null) return null
  const position = error instanceof ApiError ? error.position : null
  if (position === null) {
    return (
      <div className="problem">
        <ErrorNotice error={error} />
      </div>
    )
  }
  return (
    <div className="problem notice bad" role="alert">
      <div>
        <pre className="pointer" aria-hidden="true">{`${query}\n${' '.repeat(position)}^`}</pre>
        <p>{error.message}</p>
      </div>
    </div>
  )
}
