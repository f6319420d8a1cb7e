import { clientCompatibility } from './client-compatibility.ts'
import { connect } from './connect.ts'
import { copier } from './copier.ts'
import type { Scenario } from './scenario.ts'
import { streams } from './streams.ts'
import { streamsSmoke } from './streams-smoke.ts'
import { verifiable } from './verifiable.ts'

export const scenarios: readonly Scenario[] = [
  clientCompatibility,
  verifiable,
  copier,
  connect,
  streams,
  streamsSmoke,
]

/** What could be run and is not. */
export const notRun: readonly { readonly what: string; readonly why: string }[] = [
  {
    what: "the programs' own release 4.4.0",
    why: 'not published; those of 4.3.1 run on the client library 4.4.0',
  },
  {
    what: 'ClientCompatibilityTest: describeAcls',
    why: 'there are no ACLs; it must be refused as not supported',
  },
  {
    what: 'VerifiableShareConsumer, streams groups (group.protocol=streams)',
    why: 'there are no share groups and no streams groups',
  },
  {
    what: 'StreamsUpgradeTest, StreamsBrokerDownResilienceTest, RelationalSmokeTest, MirrorMaker',
    why: 'the word count and StreamsSmokeTest use the same requests; mirrors need a second cluster',
  },
]
