const small = { 'segment.bytes': String(1 << 20) }

/** Configs of the topic that the suites write to, which take turns: every second one is compacted, as often as can be. */
export function topicConfigsOf(turn: number): Readonly<Record<string, string>> {
  if (!isCompacted(turn)) return small
  return {
    ...small,
    'cleanup.policy': 'compact',
    'min.cleanable.dirty.ratio': '0.01',
    'file.delete.delay.ms': '0',
  }
}

export function isCompacted(turn: number): boolean {
  return turn % 2 === 1
}
