import { type ReactElement, type ReactNode, useEffect, useId, useRef, useState } from 'react'

interface MenuProps {
  readonly label: string
  /** What the button tells beside its label, which must hold the text that it shows. */
  readonly detail?: string
  readonly button: ReactNode
  readonly className?: string
  readonly align?: 'start' | 'end'
  /** Gets the function that closes the panel. */
  readonly children: (close: () => void) => ReactNode
  readonly openKey?: { current: (() => void) | null }
}

/** A button with a panel that it opens; Escape and a click elsewhere close it, and the focus returns. */
export function Menu({
  label,
  detail,
  button,
  className = 'button',
  align = 'start',
  children,
  openKey,
}: MenuProps): ReactElement {
  const [open, setOpen] = useState(false)
  const box = useRef<HTMLDivElement>(null)
  const trigger = useRef<HTMLButtonElement>(null)
  const id = useId()
  if (openKey !== undefined) openKey.current = () => setOpen(true)

  useEffect(() => {
    if (!open) return
    const away = (event: PointerEvent): void => {
      if (event.target instanceof Node && box.current?.contains(event.target) === false) setOpen(false)
    }
    document.addEventListener('pointerdown', away)
    box.current
      ?.querySelector<HTMLElement>('[data-autofocus], .panel input, .panel button, .panel a')
      ?.focus()
    return () => document.removeEventListener('pointerdown', away)
  }, [open])

  const close = (): void => {
    setOpen(false)
    trigger.current?.focus()
  }
  return (
    <div
      className="menu"
      ref={box}
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || !open) return
        event.preventDefault()
        event.stopPropagation()
        close()
      }}
    >
      <button
        type="button"
        ref={trigger}
        className={className}
        aria-label={detail === undefined ? label : `${label}: ${detail}`}
        aria-expanded={open}
        aria-controls={id}
        title={label}
        onClick={() => setOpen(!open)}
      >
        {button}
      </button>
      {open && (
        <div className={`panel ${align}`} id={id} role="group" aria-label={label}>
          {children(close)}
        </div>
      )}
    </div>
  )
}
