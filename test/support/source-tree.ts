import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path/posix'
import { fileURLToPath } from 'node:url'
import { codeOnly, withoutComments } from './source-text.ts'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))

/** Folders that are not part of the repository, as .gitignore says. */
const NOT_OURS = new Set(['node_modules', '.git', 'data', '.chronik', 'coverage', 'bench/results'])

/** A file of the repository. Paths are relative to its root and have slashes. */
export interface TreeFile {
  readonly path: string
  readonly size: number
}

/** A TypeScript file with what the rules look at. */
export interface SourceFile extends TreeFile {
  readonly text: string
  /** Comments, strings and regular expressions are blank. */
  readonly code: string
  readonly imports: readonly Import[]
  /** The folder below src/, `main` for src/main.ts, null outside src/. */
  readonly module: string | null
  readonly isTest: boolean
}

export interface Import {
  readonly specifier: string
  readonly line: number
  /** The path of the imported file when the specifier is relative. */
  readonly target: string | null
}

const IMPORT = /(?:\bfrom\s*|\bimport\s*\(\s*|\bimport\s+)(['"])([^'"\s,;()|]+)\1/g

export function repositoryFiles(): readonly TreeFile[] {
  const files: TreeFile[] = []
  const walk = (folder: string): void => {
    for (const entry of readdirSync(join(ROOT, folder), { withFileTypes: true })) {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`
      if (NOT_OURS.has(entry.name) || NOT_OURS.has(path) || entry.isSymbolicLink()) continue
      if (entry.isDirectory()) walk(path)
      else if (entry.isFile()) files.push({ path, size: statSync(join(ROOT, path)).size })
    }
  }
  walk('')
  return files.toSorted((a, b) => (a.path < b.path ? -1 : 1))
}

export function readSource(file: TreeFile): SourceFile {
  const text = readText(file.path)
  const module = /^src\/(?:([^/]+)\/|(main)\.ts$)/.exec(file.path)
  return {
    ...file,
    text,
    code: codeOnly(text),
    imports: importsOf(file.path, withoutComments(text)),
    module: module?.[1] ?? module?.[2] ?? null,
    isTest: file.path.endsWith('.test.ts') || !file.path.startsWith('src/'),
  }
}

export function readText(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8')
}

export function pathExists(path: string): boolean {
  return existsSync(join(ROOT, path))
}

export function lineAt(text: string, index: number): number {
  return text.slice(0, index).split('\n').length
}

function importsOf(path: string, text: string): Import[] {
  return [...text.matchAll(IMPORT)].map((match) => {
    const specifier = match[2] ?? ''
    const target = specifier.startsWith('.') ? join(dirname(path), specifier) : null
    return { specifier, line: lineAt(text, match.index), target }
  })
}
