/**
 * The style guide that a program can check. Each test is one rule, its tables are in support/tidy-rules.ts, and a failure
 * lists every place with what to do instead.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { importCycles } from './support/import-cycles.ts'
import { lineAt, pathExists, readSource, readText, repositoryFiles } from './support/source-tree.ts'
import * as rules from './support/tidy-rules.ts'

const files = repositoryFiles()
const sources = files.filter(({ path }) => path.endsWith('.ts')).map(readSource)
const isTestSupport = (path: string): boolean => rules.testSupport.some((row) => path.startsWith(row.in))
const product = sources.filter(
  ({ path, module, isTest }) => module !== null && !isTest && !isTestSupport(path),
)
const documents = files.filter(({ path }) => path.endsWith('.md'))

function none(violations: readonly string[]): void {
  assert.ok(violations.length === 0, `\n${violations.join('\n')}\n`)
}

/** Every place where the pattern occurs, as `path:line: text`. */
function places(path: string, text: string, pattern: RegExp, instead: string): string[] {
  return [...text.matchAll(pattern)].map(
    (match) => `${path}:${lineAt(text, match.index)}: '${match[0].trim()}': ${instead}`,
  )
}

test('each folder imports only folders below it', () => {
  none(
    sources
      .filter(({ module, isTest }) => module !== null && !isTest)
      .flatMap(({ path, module, imports }) =>
        imports.flatMap(({ target, line }) => {
          const other = /^src\/([^/]+)\//.exec(target ?? '')?.[1]
          if (other === undefined || other === module) return []
          const allowed = rules.layers[module ?? '']
          if (allowed === undefined)
            return [
              `${path}: src/${module} has no row in the layer table: add it to test/support/tidy-rules.ts`,
            ]
          if (allowed.includes(other)) return []
          return [
            `${path}:${line}: ${module} may not import ${other}; it may import ${allowed.join(', ') || 'nothing'}. Move the code down, or declare the interface here and let server/ pass the thing in`,
          ]
        }),
      ),
  )
})

test('the layer table has one direction', () => {
  const below = new Map(Object.entries(rules.layers))
  none(
    importCycles(below).map(
      (cycle) => `${cycle.join(', ')} may import each other in the layer table: one of them must lie below`,
    ),
  )
})

test('no file imports itself in a circle, not even types', () => {
  const graph = new Map(
    sources.map(({ path, imports }) => [path, imports.flatMap(({ target }) => target ?? [])]),
  )
  none(
    importCycles(graph).map(
      (cycle) => `${cycle.join(' → ')} → …: move what both need into a file that imports neither`,
    ),
  )
})

test('a folder imports only the packages it is listed with', () => {
  none(
    product.flatMap(({ path, module, imports }) =>
      imports
        .filter(({ specifier }) => !specifier.startsWith('.') && !specifier.startsWith('node:'))
        .filter(({ specifier }) => !(rules.packages[module ?? ''] ?? []).includes(specifier))
        .map(
          ({ specifier, line }) =>
            `${path}:${line}: ${module} may not import ${specifier}; write what is needed, or list it in tidy-rules.ts and docs/decisions/dependencies.md`,
        ),
    ),
  )
})

test("only src/env touches files, sockets and processes through Node's modules", () => {
  const allowed = (path: string, specifier: string): boolean =>
    rules.pureNodeModules.includes(specifier) ||
    rules.nodeModuleExceptions.some((row) => row.module === specifier && row.in === path)
  none(
    product
      .filter(({ module }) => module !== 'env')
      .flatMap(({ path, imports }) =>
        imports
          .filter(({ specifier }) => specifier.startsWith('node:') && !allowed(path, specifier))
          .map(
            ({ specifier, line }) =>
              `${path}:${line}: ${specifier} outside src/env: take Files, Network or Random from src/env as an argument`,
          ),
      ),
  )
})

test('only src/env takes time and chance from the process', () => {
  none(
    product
      .filter(
        ({ path, module }) => module !== 'env' && !rules.ambientExceptions.some((row) => row.in === path),
      )
      .flatMap(({ path, code }) =>
        rules.ambientCalls.flatMap(({ pattern, instead }) => places(path, code, pattern, instead)),
      ),
  )
})

test('no exception is listed that nobody needs', () => {
  const needed = (path: string, has: (source: (typeof sources)[number]) => boolean): boolean =>
    sources.some((source) => source.path === path && has(source))
  none([
    ...rules.nodeModuleExceptions
      .filter(
        (row) => !needed(row.in, ({ imports }) => imports.some(({ specifier }) => specifier === row.module)),
      )
      .map((row) => `${row.in} does not import ${row.module} any more: delete its row`),
    ...rules.ambientExceptions
      .filter(
        (row) =>
          !needed(row.in, ({ code }) => rules.ambientCalls.some(({ pattern }) => code.search(pattern) >= 0)),
      )
      .map((row) => `${row.in} takes no time or chance from the process any more: delete its row`),
    ...rules.anyExceptions
      .filter((row) => !needed(row.in, ({ code }) => ANY.test(code)))
      .map((row) => `${row.in} says any nowhere: delete its row`),
    ...rules.reExportExceptions
      .filter((row) => !needed(row.in, () => true))
      .map((row) => `${row.in} is gone: delete its row`),
    ...rules.testSupport
      .filter((row) => !files.some(({ path }) => path.startsWith(row.in)))
      .map((row) => `${row.in} is gone: delete its row`),
    ...rules.largeFiles
      .filter((path) => !files.some((file) => file.path === path))
      .map((path) => `${path} is gone: delete it from largeFiles`),
  ])
})

const ANY = /[:<,|]\s*any\b|\bas\s+any\b/

test('no any', () => {
  none(
    sources
      .filter(({ path }) => !rules.anyExceptions.some((row) => row.in === path))
      .flatMap(({ path, code }) =>
        places(path, code, new RegExp(ANY, 'g'), 'use unknown and narrow it, or a type parameter'),
      ),
  )
})

test('no default export', () => {
  none(
    sources.flatMap(({ path, code }) =>
      places(path, code, /\bexport default\b/g, 'export it by its name, so that it has one name everywhere'),
    ),
  )
})

test('no barrel file', () => {
  none(
    product
      .filter(({ path }) => !rules.reExportExceptions.some((row) => row.in === path))
      .flatMap(({ path, code }) => [
        ...places(
          path,
          code,
          /\bexport\s*\*|\bexport\s+(?:type\s*)?\{[^}]*\}\s*from\b/g,
          'import from the file that declares it',
        ),
        ...(/(?:^|\/)index\.ts$/.test(path) ? [`${path}: name the file after its concept`] : []),
      ]),
  )
})

test('no console outside cli', () => {
  none(
    product
      .filter(({ module }) => module !== 'cli')
      .flatMap(({ path, code }) =>
        places(path, code, /\bconsole\.\w+/g, 'take a Logger (src/telemetry/log.ts)'),
      ),
  )
})

test('no test is skipped, left for later or alone', () => {
  const pattern =
    /\b(?:test|it|describe|suite|t)\.(?:skip|only|todo)\b|\b(?:skip|only|todo):\s*(?:true|['"`])/g
  none(
    sources
      .filter(({ isTest }) => isTest)
      .flatMap(({ path, code }) =>
        places(
          path,
          code,
          pattern,
          'a test runs, or is deleted; what the machine lacks fails with the way to install it',
        ),
      ),
  )
})

test(`a file has at most ${rules.LINES_MAX} lines, or says why`, () => {
  none(
    sources
      .map(({ path, text }) => ({ path, text, lines: text.split('\n').length - 1 }))
      .filter(
        ({ text, lines }) =>
          lines > rules.LINES_MAX &&
          !/Longer than 500 lines because/.test(text.split('\n').slice(0, 40).join('\n')),
      )
      .map(
        ({ path, lines }) =>
          `${path}: ${lines} lines: split it by concept, or begin it with '// Longer than 500 lines because …'`,
      ),
  )
})

test(`the median file has at most ${rules.MEDIAN_LINES_MAX} lines`, (t) => {
  const lengths = product.map(({ text }) => text.split('\n').length - 1).toSorted((a, b) => a - b)
  const median = lengths[Math.floor(lengths.length / 2)] ?? 0
  t.diagnostic(
    `${lengths.length} files of the product, ${lengths.reduce((sum, lines) => sum + lines, 0)} lines, median ${median}`,
  )
  assert.ok(
    median <= rules.MEDIAN_LINES_MAX,
    `the median is ${median} lines: split the files that hold more than one concept`,
  )
})

test('names are kebab-case', () => {
  none(
    sources
      .filter(({ path }) => !/^(?:[a-z0-9]+(?:-[a-z0-9]+)*\/)*[a-z0-9]+(?:[-.][a-z0-9]+)*\.ts$/.test(path))
      .map(({ path }) => `${path}: name files and folders in kebab-case after their one concept`),
  )
})

test('only known files lie at the root', () => {
  const entries = new Set(files.map(({ path }) => path.split('/')[0] ?? path))
  none(
    [...entries]
      .filter((entry) => !rules.rootEntries.includes(entry))
      .map((entry) => `${entry}: move it into the folder it belongs to, or list it in rootEntries`),
  )
})

test('no file is larger than 1 MiB', () => {
  none(
    files
      .filter(({ path, size }) => size > rules.FILE_BYTES_MAX && !rules.largeFiles.includes(path))
      .map(({ path, size }) => `${path}: ${size} bytes: generate it, compress it, or list it in largeFiles`),
  )
})

test('some words are in no file', () => {
  const textual =
    /(?:\.(?:ts|tsx|js|mjs|json|md|sh|java|py|go|xml|yaml|yml|toml|html|css)|\/run|bin\/[^/]+|\.gitignore)$/
  none(
    files
      .filter(({ path }) => textual.test(path) && path !== 'package-lock.json')
      .flatMap(({ path }) => {
        const text = readText(path)
        return rules.forbiddenText
          .filter(({ except }) => !except.includes(path))
          .flatMap(({ pattern, instead }) => places(path, text, pattern, instead))
      }),
  )
})

test('a document has one title', () => {
  none(
    documents.flatMap(({ path }) => {
      const titles = withoutFences(readText(path)).match(/^# .+$/gm) ?? []
      return titles.length === 1
        ? []
        : [`${path}: ${titles.length} lines start with '# ': one title, sections start with '## '`]
    }),
  )
})

test('relative links in documents lead somewhere', () => {
  none(
    documents.flatMap(({ path }) => {
      const text = withoutFences(readText(path))
      return [...text.matchAll(/\]\((?![a-z]+:)([^)\s]+)\)/g)].flatMap((match) => {
        const problem = linkProblem(path, match[1] ?? '')
        return problem === null ? [] : [`${path}:${lineAt(text, match.index)}: ${match[1]}: ${problem}`]
      })
    }),
  )
})

function withoutFences(text: string): string {
  return text.replaceAll(/^(```|~~~)[\s\S]*?^\1/gm, (block) => block.replaceAll(/[^\n]/g, ''))
}

function linkProblem(from: string, link: string): string | null {
  const [relative = '', anchor] = link.split('#')
  const target = relative === '' ? from : new URL(relative, `file:///${from}`).pathname.slice(1)
  if (!pathExists(target)) return `${target} does not exist: correct the link, or delete it`
  if (anchor === undefined || !target.endsWith('.md')) return null
  const anchors = [...withoutFences(readText(target)).matchAll(/^#+ (.+)$/gm)].map((match) =>
    slug(match[1] ?? ''),
  )
  return anchors.includes(anchor) ? null : `${target} has no heading '#${anchor}'`
}

/** GitHub's anchor of a heading. */
function slug(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-')
}
