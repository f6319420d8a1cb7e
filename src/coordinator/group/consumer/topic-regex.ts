import { parseRegex } from './regex-syntax.ts'
import type { RegexNode } from './regex-syntax.ts'

export type TopicRegex =
  | { readonly kind: 'regex'; readonly matches: (name: string) => boolean }
  | { readonly kind: 'invalid'; readonly reason: string }

/** Steps of building one expression, which bound its states: repetitions are unrolled, so they bound the time of a match. */
const STEPS_MAX = 20_000

type State =
  | { readonly kind: 'character'; readonly accepts: (character: string) => boolean; readonly next: number }
  | {
      readonly kind: 'assertion'
      readonly holds: (text: readonly string[], at: number) => boolean
      readonly next: number
    }
  | { readonly kind: 'split'; readonly next: readonly number[] }
  | { readonly kind: 'end' }

/**
 * Compiles an expression in the syntax of RE2 that is to match whole topic names. As in RE2, matching takes time in
 * proportion to the length of the name times that of the expression, whatever they are: all ways through the
 * expression are followed at once, character by character, and nothing is tried again.
 */
export function compileTopicRegex(expression: string): TopicRegex {
  const parsed = parseRegex(expression)
  if (parsed.kind === 'invalid') return parsed
  const states = new States()
  const start = build(parsed.node, 0, states)
  if (start === null) return { kind: 'invalid', reason: 'the expression is too large' }
  return { kind: 'regex', matches: (name) => run(states.all, start, Array.from(name)) }
}

class States {
  readonly all: State[] = [{ kind: 'end' }]
  steps = 0

  add(state: State): number {
    return this.all.push(state) - 1
  }
}

/** Adds the states of a node that goes on to `next`; returns where it starts, or null when there are too many. */
function build(node: RegexNode, next: number, states: States): number | null {
  if (++states.steps > STEPS_MAX) return null
  switch (node.kind) {
    case 'character':
      return states.add({ kind: 'character', accepts: node.accepts, next })
    case 'assertion':
      return states.add({ kind: 'assertion', holds: node.holds, next })
    case 'sequence': {
      let start: number | null = next
      for (const part of node.parts.toReversed()) start = start === null ? null : build(part, start, states)
      return start
    }
    case 'choice': {
      const starts = node.parts.map((part) => build(part, next, states))
      if (starts.includes(null)) return null
      return states.add({ kind: 'split', next: starts as number[] })
    }
    case 'repeat':
      return buildRepeat(node, next, states)
  }
}

function buildRepeat(
  { part, min, max }: Extract<RegexNode, { kind: 'repeat' }>,
  next: number,
  states: States,
): number | null {
  let start: number | null = next
  if (max === null) {
    const loop = states.add({ kind: 'split', next: [next] })
    const body = build(part, loop, states)
    if (body === null) return null
    states.all[loop] = { kind: 'split', next: [body, next] }
    start = loop
  } else {
    for (let count = min; count < max && start !== null; count++) {
      const body: number | null = build(part, start, states)
      start = body === null ? null : states.add({ kind: 'split', next: [body, next] })
    }
  }
  for (let count = 0; count < min && start !== null; count++) start = build(part, start, states)
  return start
}

function run(states: readonly State[], start: number, text: readonly string[]): boolean {
  let current = closure(states, [start], text, 0)
  for (const [at, character] of text.entries()) {
    const next: number[] = []
    for (const index of current) {
      const state = states[index]
      if (state?.kind === 'character' && state.accepts(character)) next.push(state.next)
    }
    if (next.length === 0) return false
    current = closure(states, next, text, at + 1)
  }
  return current.has(0)
}

/** All states that are reached without a character. */
function closure(
  states: readonly State[],
  from: readonly number[],
  text: readonly string[],
  at: number,
): ReadonlySet<number> {
  const reached = new Set<number>()
  const open = [...from]
  for (let index = open.pop(); index !== undefined; index = open.pop()) {
    if (reached.has(index)) continue
    reached.add(index)
    const state = states[index]
    if (state?.kind === 'split') open.push(...state.next)
    else if (state?.kind === 'assertion' && state.holds(text, at)) open.push(state.next)
  }
  return reached
}
