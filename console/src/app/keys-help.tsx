import { type ReactElement, useState } from 'react'
import { Dialog } from '../ui/dialog.tsx'
import { activeBindings } from '../ui/keys.ts'

/** What the keys do on the page that is open. */
export function KeysHelp({ onClose }: { readonly onClose: () => void }): ReactElement {
  const [bindings] = useState(activeBindings)
  const groups = Map.groupBy(
    bindings.filter(({ group }) => group !== ''),
    ({ group }) => group,
  )
  return (
    <Dialog title="Keys" onClose={onClose}>
      <div className="keys-help">
        {[...groups].map(([group, own]) => (
          <section key={group}>
            <h3>{group}</h3>
            <dl>
              {own.map(({ keys, label }) => (
                <div key={keys}>
                  <dt>
                    {keys.split(' ').map((key) => (
                      <kbd key={key}>{key === 'Escape' ? 'Esc' : key}</kbd>
                    ))}
                  </dt>
                  <dd>{label}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  )
}
