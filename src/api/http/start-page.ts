import type { FastifyReply } from 'fastify'
import type { Broker } from '../../broker/broker.ts'
import { version } from '../../util/version.ts'

interface Link {
  readonly href: string
  readonly text: string
}

const links: readonly Link[] = [
  { href: '/api/v1/topics', text: 'topics' },
  { href: '/api/v1/groups', text: 'consumer groups' },
  { href: '/api/v1/cluster', text: 'the cluster' },
  { href: '/api/v1/openapi.json', text: 'the HTTP API as an OpenAPI document' },
  { href: '/metrics', text: 'metrics for Prometheus' },
  { href: '/readyz', text: 'whether clients can be sent here' },
  { href: '/livez', text: 'whether the process runs' },
]

const about = 'A Kafka-compatible event log that can be searched. This page lists what there is over HTTP.'

const unbuilt = 'The console is not built. Stop the server and start it with: npm start'

const styles =
  'body{font:16px/1.5 system-ui,sans-serif;max-width:46rem;margin:3rem auto;padding:0 1rem;color-scheme:light dark}' +
  'pre{padding:1rem;overflow:auto;border:1px solid;border-radius:.4rem}'

/** The page for browsers while there is no built console. */
export function startPage(reply: FastifyReply, broker: Broker, origin: string): FastifyReply {
  return reply
    .header(
      'content-security-policy',
      "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    )
    .send(htmlPage(broker, origin))
}

function summaryOf({ clusterId, nodeId, topics }: Broker): string {
  const count = [...topics.all].filter(({ internal }) => !internal).length
  return `version ${version}, cluster ${clusterId}, node ${nodeId}, ${count} ${count === 1 ? 'topic' : 'topics'}`
}

function examples(origin: string): string {
  return [
    `curl ${origin}/api/v1/topics --json '{"name": "hello"}'`,
    `curl ${origin}/api/v1/topics/hello/records --json '{"records": [{"key": "k", "value": "hello world"}]}'`,
    `curl '${origin}/api/v1/topics/hello/records?offset=start'`,
  ].join('\n')
}

/** The page for curl. */
export function textPage(broker: Broker, origin: string): string {
  const lines = links.map(({ href, text }) => `  ${`${origin}${href}`.padEnd(48)} ${text}`)
  const tries = examples(origin).replaceAll(/^/gm, '  ')
  return `Chronik\n${about}\n${summaryOf(broker)}\n\n${lines.join('\n')}\n\nTry:\n${tries}\n`
}

function htmlPage(broker: Broker, origin: string): string {
  const items = links.map(({ href, text }) => `<li><a href="${href}">${href}</a> ${text}</li>`)
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Chronik</title><style>${styles}</style></head>
<body>
<h1>Chronik</h1>
<p>${about}</p>
<p>${unbuilt}</p>
<p>${escapeHtml(summaryOf(broker))}</p>
<ul>
${items.join('\n')}
</ul>
<h2>Try</h2>
<pre>${escapeHtml(examples(origin))}</pre>
</body>
</html>
`
}

function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
}
