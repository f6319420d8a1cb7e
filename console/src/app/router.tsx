import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router'
import { basePath } from '../api/http.ts'
import { ExplorePage } from '../explore/explore-page.tsx'
import { exploreSearch, type ExploreSearch } from '../explore/explore-state.ts'
import { NotFound, Shell } from './shell.tsx'

const rootRoute = createRootRoute({ component: Shell, notFoundComponent: NotFound })

const exploreRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/',
  validateSearch: (search: Record<string, unknown>): ExploreSearch => exploreSearch(search),
  component: ExplorePage,
})

const homeRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/home',
  component: lazyRouteComponent(() => import('../home/home-page.tsx'), 'HomePage'),
})

interface ListSearch {
  readonly filter?: string
  readonly internal?: string
  readonly sort?: string
}

function listSearch(search: Record<string, unknown>): ListSearch {
  const names = ['filter', 'internal', 'sort']
  return Object.fromEntries(
    names.flatMap((name) => (typeof search[name] === 'string' ? [[name, search[name]]] : [])),
  )
}

const topicsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/topics',
  validateSearch: listSearch,
  component: lazyRouteComponent(() => import('../topics/topics-page.tsx'), 'TopicsPage'),
})

const topicRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/topics/$name',
  validateSearch: (search: Record<string, unknown>): { readonly tab?: string } =>
    typeof search['tab'] === 'string' ? { tab: search['tab'] } : {},
  component: lazyRouteComponent(() => import('../topics/topic-page.tsx'), 'TopicPage'),
})

const groupsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/groups',
  validateSearch: listSearch,
  component: lazyRouteComponent(() => import('../groups/groups-page.tsx'), 'GroupsPage'),
})

const groupRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/groups/$id',
  component: lazyRouteComponent(() => import('../groups/group-page.tsx'), 'GroupPage'),
})

/** Parameters are plain texts, so that an address can be read and written by hand. */
export const router = createRouter({
  routeTree: rootRoute.addChildren([
    exploreRoute,
    homeRoute,
    topicsRoute,
    topicRoute,
    groupsRoute,
    groupRoute,
  ]),
  basepath: basePath,
  defaultPreload: 'intent',
  parseSearch: (text) => Object.fromEntries(new URLSearchParams(text)),
  stringifySearch: (search) => {
    const pairs = Object.entries(search).filter(
      (pair): pair is [string, string] => typeof pair[1] === 'string',
    )
    const text = new URLSearchParams(pairs).toString()
    return text === '' ? '' : `?${text}`
  },
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}
