import './styles/tokens.css'
import './styles/base.css'
import './styles/controls.css'
import './styles/shell.css'
import './styles/explore.css'
import './styles/record.css'
import './styles/pages.css'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { ApiError } from './api/http.ts'
import { router } from './app/router.tsx'
import { listenToKeys } from './ui/keys.ts'

/** A request that the server refused is refused again. */
const retry = (count: number, error: Error): boolean =>
  count < 2 && (!(error instanceof ApiError) || error.status === 0 || error.status === 503)

const queryClient = new QueryClient({ defaultOptions: { queries: { retry, staleTime: 1000 } } })

listenToKeys()
const root = document.getElementById('root')
if (root === null) throw new Error('the page has no element to draw in')
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={queryClient}>
      <RouterProvider router={router} />
    </QueryClientProvider>
  </StrictMode>,
)
