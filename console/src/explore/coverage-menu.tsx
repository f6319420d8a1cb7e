import type { ReactElement } from 'react'
import type { Coverage } from '../api/search.ts'
import { formatCount, plural } from '../ui/format.ts'
import { Icon } from '../ui/icon.tsx'
import { Menu } from '../ui/menu.tsx'

const SHOWN_MAX = 500

/** Which offsets the answer covers, and whether that is everything that a consumer could have read. */
export function CoverageMenu({ coverage }: { readonly coverage: readonly Coverage[] }): ReactElement {
  const missing = coverage.filter(({ complete }) => !complete)
  const label =
    coverage.length === 0
      ? 'Nothing to search'
      : missing.length === 0
        ? `Complete: ${plural(coverage.length, 'partition')}`
        : `${missing.length} of ${plural(coverage.length, 'partition')} incomplete`
  const listed = [...missing, ...coverage.filter(({ complete }) => complete)].slice(0, SHOWN_MAX)
  return (
    <Menu
      label="Coverage"
      detail={label}
      className={`button quiet small coverage ${missing.length === 0 ? 'good' : 'warn'}`}
      button={
        <>
          <Icon name={missing.length === 0 ? 'check' : 'warning'} />
          <span>{missing.length === 0 ? 'Complete' : label}</span>
        </>
      }
    >
      {() => (
        <div className="coverage-panel">
          <p className="panel-note">
            {missing.length === 0
              ? 'The answer has every record that was acknowledged before it was asked for.'
              : 'The answer lacks records. What it covers, and why not more:'}
          </p>
          <div className="scroll-x" tabIndex={0} role="region" aria-label="Coverage by partition">
            <table className="table">
              <thead>
                <tr>
                  <th scope="col">Partition</th>
                  <th scope="col" className="number">
                    From
                  </th>
                  <th scope="col" className="number">
                    To
                  </th>
                  <th scope="col">State</th>
                </tr>
              </thead>
              <tbody>
                {listed.map(({ topic, partition, from, to, complete, reason }) => (
                  <tr key={`${topic} ${partition}`}>
                    <td>
                      {topic} <span className="muted">{partition}</span>
                    </td>
                    <td className="number">{formatCount(from)}</td>
                    <td className="number">{formatCount(to)}</td>
                    <td>
                      {complete ? (
                        <span className="badge good">complete</span>
                      ) : (
                        <span className="badge warn">{reason ?? 'incomplete'}</span>
                      )}
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
          {coverage.length > SHOWN_MAX && (
            <p className="panel-note">{plural(coverage.length - SHOWN_MAX, 'more partition')}</p>
          )}
        </div>
      )}
    </Menu>
  )
}
