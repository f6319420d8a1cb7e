/** The strongly connected components with more than one member: each is a group of files that import each other in a circle (Tarjan). */
export function importCycles(graph: ReadonlyMap<string, readonly string[]>): string[][] {
  const index = new Map<string, number>()
  const low = new Map<string, number>()
  const stack: string[] = []
  const onStack = new Set<string>()
  const cycles: string[][] = []

  const visit = (node: string): number => {
    const own = index.size
    index.set(node, own)
    low.set(node, own)
    stack.push(node)
    onStack.add(node)
    for (const next of graph.get(node) ?? []) {
      const reached = index.has(next) ? (onStack.has(next) ? index.get(next) : undefined) : visit(next)
      if (reached !== undefined) low.set(node, Math.min(low.get(node) ?? own, reached))
    }
    const lowest = low.get(node) ?? own
    if (lowest === own) {
      const component = stack.splice(stack.indexOf(node))
      for (const member of component) onStack.delete(member)
      if (component.length > 1 || (graph.get(node) ?? []).includes(node)) cycles.push(component)
    }
    return lowest
  }

  for (const node of graph.keys()) if (!index.has(node)) visit(node)
  return cycles
}
