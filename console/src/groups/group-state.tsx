import type { ReactElement } from 'react'

const looks: Readonly<Record<string, string>> = {
  Stable: 'good',
  Assigning: 'warn',
  Reconciling: 'warn',
  PreparingRebalance: 'warn',
  CompletingRebalance: 'warn',
  Dead: 'bad',
}

export function GroupState({ state }: { readonly state: string }): ReactElement {
  return (
    <span className={`badge ${looks[state] ?? ''}`}>{state.replaceAll(/(?<=[a-z])(?=[A-Z])/g, ' ')}</span>
  )
}
