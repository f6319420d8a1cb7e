/** Knows all routes, for what is said about paths and methods that have none. */
export class RouteTable {
  readonly #routes = new Map<string, { readonly matcher: RegExp; readonly methods: Set<string> }>()

  /** `url` is a pattern such as `/topics/:name`. */
  add(url: string, methods: readonly string[]): void {
    let route = this.#routes.get(url)
    if (route === undefined) {
      const pattern = url.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`).replaceAll(/:\w+/g, '[^/]+')
      route = { matcher: new RegExp(`^${pattern}$`), methods: new Set() }
      this.#routes.set(url, route)
    }
    for (const method of methods) route.methods.add(method)
  }

  /** What the path takes; empty when there is nothing at it. */
  methodsOf(path: string): string[] {
    const found = [...this.#routes.values()].filter(({ matcher }) => matcher.test(path))
    return [...new Set(found.flatMap(({ methods }) => [...methods]))].sort()
  }

  /** The patterns of all routes. */
  get urls(): readonly string[] {
    return [...this.#routes.keys()]
  }
}
