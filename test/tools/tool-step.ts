/** Something that is done on both brokers, whose output has to be the same. */
export interface ToolStep {
  readonly name: string
  readonly action: ToolAction
  /** Exit code of the tool on either broker, 0 unless said otherwise. */
  readonly code?: number
  /** Numbers are measurements, and hidden. */
  readonly measures?: boolean
  readonly differs?: Difference
}

/** Lines, or the part of a line (a global expression), that may differ, and the good reason why. */
export interface Difference {
  readonly lines?: RegExp
  readonly part?: RegExp
  readonly because: string
}

/**
 * `BROKER` stands for the address, `DIR` for a folder of the step's section, `SEGMENT(topic,partition)` for the path of the
 * first segment of a partition.
 */
export type ToolAction =
  | {
      readonly kind: 'tool'
      /** Main class. */
      readonly tool: string
      readonly args: readonly string[]
      /** What is typed. */
      readonly input: string
      /** Files that the step reads, by name in `DIR`. */
      readonly files: Readonly<Record<string, string>>
    }
  | {
      readonly kind: 'member'
      readonly name: string
      readonly group: string
      readonly topic: string
      readonly protocol: 'classic' | 'consumer'
      readonly instance?: string
    }
  | { readonly kind: 'transaction'; readonly name: string; readonly topic: string }
  | { readonly kind: 'release'; readonly name: string }

/** Steps that need nothing of other sections, in order: later ones use what earlier ones made. */
export interface ToolSection {
  readonly name: string
  readonly steps: readonly ToolStep[]
  /** Not part of `--quick`. */
  readonly slow?: boolean
}

interface StepOptions extends Omit<ToolStep, 'name' | 'action'> {
  readonly input?: string
  readonly files?: Readonly<Record<string, string>>
}

/** One run of a tool that talks to the broker; words of `args` are separated by blanks. */
export function tool(name: string, mainClass: string, args: string, options: StepOptions = {}): ToolStep {
  return anyTool(name, mainClass, `--bootstrap-server BROKER ${args}`, options)
}

/** One run of a tool that is not told, or not told first, where the broker is. */
export function anyTool(name: string, mainClass: string, args: string, options: StepOptions = {}): ToolStep {
  const { input = '', files = {}, ...rest } = options
  const full = mainClass.startsWith('kafka.') ? mainClass : `org.apache.kafka.tools.${mainClass}`
  const words = args.split(' ').filter((word) => word !== '')
  return { name, action: { kind: 'tool', tool: full, args: words, input, files }, ...rest }
}

/** A member of a group that stays until it is released. */
export function member(
  name: string,
  group: string,
  topic: string,
  protocol: 'classic' | 'consumer',
  instance?: string,
): ToolStep {
  const rest = instance === undefined ? {} : { instance }
  return {
    name: `${name} joins ${group}`,
    action: { kind: 'member', name, group, topic, protocol, ...rest },
  }
}

/** A transaction with one record in partition 0 of a topic, open until it is released. */
export function transaction(name: string, topic: string): ToolStep {
  return { name: `${name} begins a transaction`, action: { kind: 'transaction', name, topic } }
}

export function release(name: string): ToolStep {
  return { name: `${name} goes`, action: { kind: 'release', name } }
}

/** For records that coordinators wrote. */
export const noSequence: Difference = {
  part: /[sS]equence: -?\d+/g,
  because: 'without a producer there is no sequence number, where Kafka writes 0',
}
