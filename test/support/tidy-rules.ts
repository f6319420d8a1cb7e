/**
 * The tables of the executable style guide. A rule is changed here, in the same commit as the code that needs it, and a
 * reviewer sees both.
 */

/**
 * What each folder of src/ may import. Nobody imports upwards; what is not listed is forbidden. Tests are free: some start
 * the whole server to test a part of it.
 */
export const layers: Readonly<Record<string, readonly string[]>> = {
  util: [],
  env: ['util'],
  config: ['util', 'env'],
  telemetry: ['util', 'env'],
  protocol: ['util'],
  records: ['util', 'protocol'],
  log: ['util', 'env', 'protocol', 'records'],
  metadata: ['util', 'env', 'protocol'],
  coordinator: ['util', 'env', 'protocol', 'records', 'log'],
  quota: [],
  client: ['util', 'env', 'protocol', 'records'],
  sample: ['util', 'env', 'client'],
  search: ['util', 'env', 'config', 'protocol', 'records', 'log'],
  broker: [
    'util',
    'env',
    'config',
    'telemetry',
    'protocol',
    'records',
    'log',
    'metadata',
    'coordinator',
    'quota',
  ],
  api: [
    'util',
    'env',
    'config',
    'telemetry',
    'protocol',
    'records',
    'log',
    'metadata',
    'coordinator',
    'broker',
    'search',
  ],
  server: [
    'util',
    'env',
    'config',
    'telemetry',
    'protocol',
    'records',
    'log',
    'metadata',
    'coordinator',
    'broker',
    'search',
    'api',
  ],
  cli: [
    'util',
    'env',
    'config',
    'telemetry',
    'protocol',
    'records',
    'log',
    'metadata',
    'client',
    'sample',
    'server',
  ],
  main: ['cli'],
}

/** Files beside the product's that only tests import; the rules of the product do not hold for them. */
export const testSupport: readonly { readonly in: string; readonly why: string }[] = [
  { in: 'src/log/testing/', why: 'drives the log on a simulated disk and compares it with a model' },
  { in: 'src/coordinator/testing/', why: 'drives a coordinator through a written dialogue' },
  { in: 'src/search/testing/', why: 'indexes and evaluators that are simple enough to be believed' },
  { in: 'src/metadata/conformance.ts', why: 'the one suite that every metadata store must pass' },
  { in: 'src/metadata/store-model.ts', why: 'the model that the suite compares a store with' },
]

/** Packages that a folder may import; the core imports none. */
export const packages: Readonly<Record<string, readonly string[]>> = {
  util: ['@node-rs/crc32'],
  config: ['smol-toml'],
  telemetry: ['pino'],
  records: ['snappy', 'lz4-napi'],
  api: ['fastify', '@fastify/swagger', 'typebox/schema'],
  cli: ['commander'],
}

/** Node's modules that any folder may import: they compute, and touch nothing outside the process. */
export const pureNodeModules = [
  'node:path',
  'node:path/posix',
  'node:url',
  'node:util',
  'node:zlib',
  'node:events',
  'node:buffer',
  'node:assert',
]

/** Node's modules that reach outside, and who may. Everybody else goes through the interfaces of src/env. */
export const nodeModuleExceptions: readonly {
  readonly module: string
  readonly in: string
  readonly why: string
}[] = [
  {
    module: 'node:perf_hooks',
    in: 'src/telemetry/event-loop.ts',
    why: 'measures this very event loop, which no simulation has',
  },
  {
    module: 'node:module',
    in: 'src/search/analysis/language-analyzers.ts',
    why: 'loads the stemmer and the stop words of a language when it is first used',
  },
  {
    module: 'node:worker_threads',
    in: 'src/log/compaction/cleaner-thread.ts',
    why: 'compaction computes for minutes and must not hold up the event loop; a simulation runs the same work on its own thread',
  },
  {
    module: 'node:worker_threads',
    in: 'src/log/compaction/cleaner-worker.ts',
    why: 'is what runs on that thread',
  },
  {
    module: 'node:fs',
    in: 'src/cli/config-options.ts',
    why: 'reads the configuration file before an environment exists',
  },
  {
    module: 'node:fs',
    in: 'src/cli/topic-produce.ts',
    why: 'streams the files that the user names on the command line',
  },
  {
    module: 'node:fs',
    in: 'src/cli/command-name.ts',
    why: 'looks for itself on the PATH, to print a command that can be pasted',
  },
  {
    module: 'node:http',
    in: 'src/api/http/http-server.ts',
    why: 'fastify answers the requests of this very server; HTTP has no simulation',
  },
  {
    module: 'node:stream',
    in: 'src/api/http/line-stream.ts',
    why: 'fastify sends a Readable with backpressure',
  },
  {
    module: 'node:stream',
    in: 'src/api/http/search/event-stream.ts',
    why: 'the same, for server-sent events',
  },
  {
    module: 'node:fs',
    in: 'src/cli/topic-produce.ts',
    why: 'its input may be a pipe, which Files, made for reads at a position, cannot read',
  },
]

/** Calls that take time or chance from the process. A folder of src/env/ provides them to all others. */
export const ambientCalls: readonly { readonly pattern: RegExp; readonly instead: string }[] = [
  {
    pattern: /\bDate\.now\b|\bnew Date\(\s*\)/g,
    instead: 'take a Clock (src/env/clock.ts) and call clock.now()',
  },
  {
    pattern: /\bperformance\.now\b|\bprocess\.hrtime\b/g,
    instead: 'take a Clock (src/env/clock.ts) and call clock.monotonic()',
  },
  {
    pattern: /\bMath\.random\b|\bcrypto\.(?:randomUUID|getRandomValues)\b/g,
    instead: 'take a Random (src/env/random.ts)',
  },
  {
    pattern: /(?<![.#\w])set(?:Timeout|Interval|Immediate)\s*\(|\bglobalThis\.set/g,
    instead: 'take a Scheduler (src/env/scheduler.ts): its timers also run under simulation',
  },
  { pattern: /(?<![.#\w])(?:fetch|WebSocket)\s*\(/g, instead: 'take a Network (src/env/network.ts)' },
]

export const ambientExceptions: readonly { readonly in: string; readonly why: string }[] = [
  {
    in: 'src/cli/run.ts',
    why: 'the interval keeps the process alive while every socket and timer of env is unreferenced',
  },
  {
    in: 'src/cli/http-api.ts',
    why: 'the command line is a client of the HTTP API, and HTTP has no simulation',
  },
]

/** Files that may say `any`, and why no better type exists. */
export const anyExceptions: readonly { readonly in: string; readonly why: string }[] = []

/** Files that may pass another file's exports on. */
export const reExportExceptions: readonly { readonly in: string; readonly why: string }[] = [
  {
    in: 'src/protocol/errors.ts',
    why: 'the table and what reads it are one surface; the table is too long to share the file',
  },
  {
    in: 'src/protocol/coordinator-records.ts',
    why: 'one surface over the record tables of three coordinators',
  },
]

/** Files above 1 MiB that belong here. */
export const largeFiles: readonly string[] = []

/** Text that must not be in any file. The pieces are joined here, so that this file has none of it. */
export const forbiddenText: readonly {
  readonly pattern: RegExp
  readonly instead: string
  readonly except: readonly string[]
}[] = [
  {
    pattern: new RegExp(`\\b(?:${['TO' + 'DO', 'FIX' + 'ME', 'XX' + 'X', 'HA' + 'CK'].join('|')})\\b`, 'g'),
    instead: 'do it now, or write it into docs/internals/status.md',
    // Three of that letter are a time zone in the date patterns of Java.
    except: ['src/search/aggregation/date-output.ts', 'src/search/query/date-format.ts'],
  },
  {
    pattern: new RegExp(`(?<![\\w.~-])/(?:${['wo' + 'rk', 'ro' + 'ot', 'tm' + 'p'].join('|')})(?=/)`, 'g'),
    instead: 'no path of one machine: tests use os.tmpdir(), documents a relative path',
    except: [
      'src/config/broker-config-rows.ts' /* Kafka's default of log.dir, which tools expect in DescribeConfigs */,
    ],
  },
]

export const LINES_MAX = 500
export const MEDIAN_LINES_MAX = 150
export const FILE_BYTES_MAX = 1024 * 1024

/** What may lie at the root of the repository. */
export const rootEntries: readonly string[] = [
  '.ci',
  '.gitignore',
  '.oxfmtrc.json',
  '.oxlintrc.json',
  'ARCHITECTURE.md',
  'CHANGELOG.md',
  'CONTRIBUTING.md',
  'LICENSE',
  'README.md',
  'SECURITY.md',
  'bench',
  'bin',
  'console',
  'deploy',
  'docs',
  'knip.json',
  'package-lock.json',
  'package.json',
  'scripts',
  'src',
  'test',
  'tsconfig.json',
]
