import { FileContent } from './file-content.ts'
import type { Survival } from './file-content.ts'
import type { Prng } from './prng.ts'

export interface FileNode {
  readonly kind: 'file'
  readonly content: FileContent
  modifiedMs: number
}

export interface DirectoryNode {
  readonly kind: 'directory'
  /** What processes see. */
  entries: Map<string, TreeNode>
  /** What the device has. */
  durable: Map<string, TreeNode>
  modifiedMs: number
}

export type TreeNode = FileNode | DirectoryNode

interface Entry {
  readonly directory: DirectoryNode
  readonly name: string
  readonly node: TreeNode
}

/** Creating, unlinking, or, with both sides, renaming; a change happens wholly or not at all. */
interface EntryChange {
  readonly removed: Entry | null
  readonly added: Entry | null
}

export function newFile(nowMs: number): FileNode {
  return { kind: 'file', content: new FileContent(), modifiedMs: nowMs }
}

export function newDirectory(nowMs: number): DirectoryNode {
  return { kind: 'directory', entries: new Map(), durable: new Map(), modifiedMs: nowMs }
}

function touches(change: EntryChange, directories: ReadonlySet<DirectoryNode>): boolean {
  return [change.removed, change.added].some((entry) => entry !== null && directories.has(entry.directory))
}

/** The names of a file system, as processes see them and as the device has them. */
export class DirectoryTree {
  readonly root: DirectoryNode = newDirectory(0)
  /** Not synced, in the order in which they were made. */
  #changes: EntryChange[] = []

  change(removed: Entry | null, added: Entry | null, nowMs: number): void {
    if (removed !== null) {
      removed.directory.entries.delete(removed.name)
      removed.directory.modifiedMs = nowMs
    }
    if (added !== null) {
      added.directory.entries.set(added.name, added.node)
      added.directory.modifiedMs = nowMs
    }
    this.#changes.push({ removed, added })
  }

  /**
   * Makes the entries of `directory` durable. A rename between two directories is one transaction, as in journaling file
   * systems, so it takes the changes with it that were made before it in its other directory.
   */
  sync(directory: DirectoryNode): void {
    const directories = new Set([directory])
    const chosen: EntryChange[] = []
    const rest: EntryChange[] = []
    for (const change of this.#changes.toReversed()) {
      if (touches(change, directories)) {
        if (change.removed !== null) directories.add(change.removed.directory)
        if (change.added !== null) directories.add(change.added.directory)
        chosen.push(change)
      } else rest.push(change)
    }
    for (const change of chosen.reverse()) makeDurable(change)
    this.#changes = rest.reverse()
  }

  /** The power is cut: unsynced changes are kept or lost, then the same happens inside every file that is still there. */
  crash(random: Prng, survival: () => Survival): void {
    const kept = keptChanges(this.#changes, random, survival())
    for (const change of kept) makeDurable(change)
    this.#changes = []
    for (const node of nodesBelow(this.root, 'durable')) {
      if (node.kind === 'file') node.content.crash(random, survival())
      else node.entries = new Map(node.durable)
    }
  }

  /** All that processes see, the root first. */
  nodes(): Iterable<TreeNode> {
    return nodesBelow(this.root, 'entries')
  }
}

function keptChanges(
  changes: readonly EntryChange[],
  random: Prng,
  survival: Survival,
): readonly EntryChange[] {
  if (survival === 'none') return []
  if (survival === 'prefix') return changes.slice(0, random.below(changes.length + 1))
  if (survival === 'torn') return changes.filter(() => random.chance(0.5))
  return changes
}

function makeDurable({ removed, added }: EntryChange): void {
  if (removed !== null && removed.directory.durable.get(removed.name) === removed.node) {
    removed.directory.durable.delete(removed.name)
  }
  if (added !== null) added.directory.durable.set(added.name, added.node)
}

function* nodesBelow(directory: DirectoryNode, view: 'entries' | 'durable'): Generator<TreeNode> {
  yield directory
  for (const node of directory[view].values()) {
    if (node.kind === 'directory') yield* nodesBelow(node, view)
    else yield node
  }
}
