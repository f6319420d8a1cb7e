import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { availableParallelism, homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Everything that the suites install outside the repository; deleting it costs only time. */
const CACHE = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'chronik-test')
const PROGRESS_MS = 10_000

/** The path of a file of this suite. */
export function here(path: string): string {
  return fileURLToPath(new URL(path, import.meta.url))
}

/**
 * The jars of a POM in a folder of their own, by Maven. `property` is what the POM calls the version; `clients` gives its client
 * another one.
 */
export function installJars(
  name: string,
  pom: string,
  version: string,
  { property = 'kafka.version', clients = version }: { property?: string; clients?: string } = {},
): Promise<string> {
  const others = clients === version ? [] : [clients]
  const inputs = [readFileSync(pom, 'utf8'), version, ...others]
  return installOnce(
    [name, version, ...others.map((other) => `clients-${other}`)].join('-'),
    inputs,
    (folder) =>
      run('mvn', [
        '-q',
        '-B',
        '-f',
        pom,
        'dependency:copy-dependencies',
        `-D${property}=${version}`,
        ...others.map((other) => `-Dclients.version=${other}`),
        `-DoutputDirectory=${folder}`,
      ]),
  )
}

/** Packages of npm with their exact versions, by the names under which they are imported; gives the folder with node_modules. */
export function installNpm(name: string, packages: Readonly<Record<string, string>>): Promise<string> {
  const manifest = JSON.stringify({ private: true, dependencies: packages })
  return installOnce(name, [manifest], async (folder) => {
    writeFileSync(join(folder, 'package.json'), manifest)
    await run('npm', ['install', '--silent', '--no-audit', '--no-fund', '--prefix', folder])
  })
}

/** A Python environment with the packages of a requirements file; gives its interpreter. */
export async function installPython(requirements: string, name = 'python'): Promise<string> {
  const folder = await installOnce(name, [readFileSync(requirements, 'utf8')], async (target) => {
    await run('python3', ['-m', 'venv', target])
    await run(join(target, 'bin', 'pip'), ['install', '--quiet', '--requirement', requirements])
  })
  return join(folder, 'bin', 'python')
}

/** A Go program; gives the binary. */
export async function installGo(name: string, source: string): Promise<string> {
  const texts = readdirSync(source)
    .toSorted()
    .map((file) => readFileSync(join(source, file), 'utf8'))
  const folder = await installOnce(name, texts, (target) =>
    run('go', ['build', '-C', source, '-o', join(target, name), '.']),
  )
  return join(folder, name)
}

/** node-rdkafka in a folder of its own, compiled against Debian's librdkafka and the headers of the Node that runs this. */
export async function installNodeRdKafka(version: string): Promise<string> {
  const headers = join(dirname(process.execPath), '..')
  if (!existsSync('/usr/include/librdkafka/rdkafka.h')) {
    await run('apt-get', ['update', '-q'])
    await run('apt-get', ['install', '-q', '-y', '--no-install-recommends', 'librdkafka-dev', 'g++', 'make'])
  }
  return await installOnce('node-rdkafka', [version, process.version], async (target) => {
    writeFileSync(join(target, 'package.json'), '{"private":true}')
    const settings = ['BUILD_LIBRDKAFKA=0', `npm_config_nodedir=${headers}`]
    await run('env', [
      ...settings,
      'npm',
      'install',
      '--prefix',
      target,
      '--no-audit',
      `node-rdkafka@${version}`,
    ])
  })
}

/**
 * librdkafka's own test program, compiled together with the library from the sources that its JavaScript client ships on npm;
 * gives the folder of the tests. Without curl and Cyrus SASL: what needs them is left out of the suite.
 */
export async function installLibrdkafka(version: string): Promise<string> {
  const headers = ['zlib.h', 'zstd.h', 'openssl/ssl.h', 'rapidjson/document.h']
  if (!headers.every((header) => existsSync(join('/usr/include', header)))) {
    const packages = ['g++', 'make', 'zlib1g-dev', 'libzstd-dev', 'libssl-dev', 'rapidjson-dev']
    await run('apt-get', ['update', '-q'])
    await run('apt-get', ['install', '-q', '-y', '--no-install-recommends', ...packages])
  }
  const folder = await installOnce('librdkafka', [version], async (target) => {
    const packed = ['--silent', '--pack-destination', target, `@confluentinc/kafka-javascript@${version}`]
    await run('npm', ['pack', ...packed])
    const archive = readdirSync(target).find((name) => name.endsWith('.tgz')) ?? 'none'
    await run('tar', ['-xzf', join(target, archive), '-C', target, '--strip-components=3', sourcesInArchive])
    const bare = ['--disable-curl', '--disable-gssapi', '--disable-lz4-ext']
    await run('sh', ['-c', `cd '${target}' && ./configure ${bare.join(' ')} > build.log 2>&1`])
    const jobs = `-j${availableParallelism()}`
    await run('sh', ['-c', `make ${jobs} -C '${target}' libs >> '${target}/build.log' 2>&1`])
    await run('sh', ['-c', `make ${jobs} -C '${target}/tests' test-runner >> '${target}/build.log' 2>&1`])
  })
  return join(folder, 'tests')
}

const sourcesInArchive = 'package/deps/librdkafka'

/** A program of Debian, installed with apt-get when it is not on the PATH. */
export async function installDebian(program: string, aptPackage: string): Promise<string> {
  const found = (process.env['PATH'] ?? '')
    .split(':')
    .map((folder) => join(folder, program))
    .find((path) => existsSync(path))
  if (found !== undefined) return found
  await run('apt-get', ['update', '-q'])
  await run('apt-get', ['install', '-q', '-y', '--no-install-recommends', aptPackage])
  return program
}

/** Installs into a folder of the cache unless the same inputs were installed there before. */
async function installOnce(
  name: string,
  inputs: readonly string[],
  install: (folder: string) => Promise<void>,
): Promise<string> {
  const folder = join(CACHE, name)
  const stampFile = join(CACHE, `${name}.stamp`)
  const stamp = createHash('sha256').update(JSON.stringify(inputs)).digest('hex')
  if (existsSync(stampFile) && existsSync(folder) && readFileSync(stampFile, 'utf8') === stamp) return folder
  rmSync(stampFile, { force: true })
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  await install(folder)
  writeFileSync(stampFile, stamp)
  return folder
}

function run(command: string, args: readonly string[]): Promise<void> {
  const startedMs = Date.now()
  const line = `${command} ${args.join(' ')}`
  console.log(`  ${line}`)
  const timer = setInterval(
    () => console.log(`  ${command}: still running, ${Math.round((Date.now() - startedMs) / 1000)} s`),
    PROGRESS_MS,
  )
  return new Promise<void>((resolve, reject) => {
    const child = spawn(command, args, { stdio: ['ignore', 'inherit', 'inherit'] })
    child.on('error', (error) =>
      reject(new Error(`${command} is not on this machine: ${error.message}`, { cause: error })),
    )
    child.on('close', (code) => (code === 0 ? resolve() : reject(new Error(`ended with ${code}: ${line}`))))
  }).finally(() => clearInterval(timer))
}
