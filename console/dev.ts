/**
 * Serves the console from its sources, with reload, beside a running server:
 * `sh scripts/node.sh console/dev.ts [http://127.0.0.1:8080]`.
 */
import { createServer } from 'vite'
import { viteOptions } from './vite-options.ts'

const target = process.argv[2] ?? 'http://127.0.0.1:8080'
const proxied = ['/api', '/metrics', '/readyz', '/livez']
const server = await createServer({
  ...viteOptions,
  server: { host: '127.0.0.1', proxy: Object.fromEntries(proxied.map((path) => [path, { target }])) },
})
await server.listen()
server.printUrls()
