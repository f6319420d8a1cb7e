import type { ReactElement } from 'react'
import type { PartitionDetail, TopicDetail } from '../api/cluster.ts'
import { DataGrid, type GridColumn } from '../ui/data-grid.tsx'
import { formatBytes, formatCount } from '../ui/format.ts'

const records = ({ highWatermark, logStartOffset }: PartitionDetail): number => highWatermark - logStartOffset

const columns: readonly GridColumn<PartitionDetail>[] = [
  { id: 'partition', label: 'Partition', width: '90px', cell: ({ partition }) => partition },
  {
    id: 'state',
    label: 'State',
    width: 'minmax(110px, 1fr)',
    cell: ({ offline, isr, replicas }) =>
      offline !== null ? (
        <span className="badge bad" title={offline}>
          offline: {offline}
        </span>
      ) : isr.length < replicas.length ? (
        <span className="badge warn">under-replicated</span>
      ) : (
        <span className="badge good">online</span>
      ),
  },
  {
    id: 'start',
    label: 'First offset',
    width: '120px',
    number: true,
    cell: ({ logStartOffset }) => formatCount(logStartOffset),
  },
  {
    id: 'end',
    label: 'High watermark',
    width: '130px',
    number: true,
    cell: ({ highWatermark }) => formatCount(highWatermark),
  },
  {
    id: 'records',
    label: 'Records',
    width: '120px',
    number: true,
    cell: (partition) => formatCount(records(partition)),
  },
  { id: 'size', label: 'Size', width: '100px', number: true, cell: ({ bytes }) => formatBytes(bytes) },
  { id: 'leader', label: 'Leader', width: '80px', number: true, cell: ({ leader }) => leader },
  { id: 'epoch', label: 'Epoch', width: '80px', number: true, cell: ({ leaderEpoch }) => leaderEpoch },
  {
    id: 'isr',
    label: 'In sync',
    width: '110px',
    number: true,
    cell: ({ isr, replicas }) => `${isr.join(', ')} of ${replicas.length}`,
  },
]

export function TopicPartitions({ topic }: { readonly topic: TopicDetail }): ReactElement {
  return (
    <DataGrid
      label="Partitions"
      columns={columns}
      items={topic.partitions}
      keyOf={({ partition }) => String(partition)}
      sort=""
      onSort={() => undefined}
    />
  )
}
