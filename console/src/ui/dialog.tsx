import { type ReactElement, type ReactNode, useEffect, useRef } from 'react'
import { Icon } from './icon.tsx'

interface DialogProps {
  readonly title: string
  readonly onClose: () => void
  readonly children: ReactNode
}

/** The browser's own modal dialog: it keeps the focus and closes on Escape. */
export function Dialog({ title, onClose, children }: DialogProps): ReactElement {
  const box = useRef<HTMLDialogElement>(null)
  useEffect(() => {
    box.current?.showModal()
    // The first thing to do here, not the way out.
    box.current
      ?.querySelector<HTMLElement>('.dialog-body input, .dialog-body select, .dialog-body button')
      ?.focus()
  }, [])
  return (
    <dialog
      ref={box}
      className="dialog"
      aria-label={title}
      onClose={onClose}
      onClick={(event) => event.target === box.current && onClose()}
    >
      <header>
        <h2>{title}</h2>
        <button type="button" className="button quiet" aria-label="Close" onClick={onClose}>
          <Icon name="close" />
        </button>
      </header>
      <div className="dialog-body">{children}</div>
    </dialog>
  )
}
