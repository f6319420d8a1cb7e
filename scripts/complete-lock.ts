/**
 * Adds to package-lock.json the platform packages that npm left out because the registry at hand does not have them (a mirror, for
 * example). `npm ci` refuses a lock file without them, although it would never install them on this platform. Run it after every
 * change of dependencies: sh scripts/node.sh scripts/complete-lock.ts
 */
import { readFileSync, writeFileSync } from 'node:fs'

interface LockEntry {
  version?: string
  optional?: boolean
  dev?: boolean
  os?: string[]
  cpu?: string[]
  libc?: string[]
  optionalDependencies?: Record<string, string>
}

interface Lock {
  packages: Record<string, LockEntry>
}

const path = new URL('../package-lock.json', import.meta.url)
// Npm wrote it; a wrong shape shows at once.
const lock = JSON.parse(readFileSync(path, 'utf8')) as Lock

const systems = [
  'android',
  'darwin',
  'freebsd',
  'linux',
  'openharmony',
  'openbsd',
  'netbsd',
  'sunos',
  'aix',
  'win32',
]
const processors = [
  'arm64',
  'arm',
  'x64',
  'ia32',
  'ppc64',
  'riscv64',
  's390x',
  'loong64',
  'mips64el',
  'wasm32',
]

/** The platform that a package's name tells, as npm's `os`, `cpu` and `libc` fields. */
function platformOf(name: string): Pick<LockEntry, 'os' | 'cpu' | 'libc'> {
  const os = systems.find((system) => name.includes(system))
  const cpu = processors.find((processor) => name.includes(processor))
  const libc = name.endsWith('musl') ? 'musl' : name.endsWith('gnu') ? 'glibc' : undefined
  return {
    ...(os === undefined ? {} : { os: [os] }),
    ...(cpu === undefined ? {} : { cpu: [cpu] }),
    ...(libc === undefined ? {} : { libc: [libc] }),
  }
}

let added = 0
for (const parent of Object.values(lock.packages)) {
  for (const [name, version] of Object.entries(parent.optionalDependencies ?? {})) {
    const key = `node_modules/${name}`
    if (lock.packages[key] !== undefined || !/^\d/.test(version)) continue
    lock.packages[key] = {
      version,
      ...platformOf(name),
      ...(parent.dev === true ? { dev: true } : {}),
      optional: true,
    }
    added += 1
  }
}
const [root, ...others] = Object.entries(lock.packages)
const sorted = others.toSorted(([a], [b]) => (a < b ? -1 : 1))
lock.packages = Object.fromEntries([...(root === undefined ? [] : [root]), ...sorted])
writeFileSync(path, `${JSON.stringify(lock, null, 2)}\n`)
console.log(`added ${added} packages of other platforms to package-lock.json`)
