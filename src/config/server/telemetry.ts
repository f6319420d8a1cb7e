import { defineProperties } from '../property.ts'

/** What the server writes about itself. `log.level`, `log.format` and `log.components` are about messages, not records. */
export const telemetryProperties = defineProperties({
  'log.level': {
    type: 'enum',
    default: 'info',
    values: ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'],
    dynamic: true,
    importance: 'medium',
    doc: 'Least severe messages that are written.',
  },
  'log.components': {
    type: 'list',
    default: '',
    dynamic: true,
    importance: 'low',
    doc: 'Levels of single components, as component=level, for example "wal=debug,group=trace".',
  },
  'log.format': {
    type: 'enum',
    default: 'auto',
    values: ['auto', 'json', 'pretty'],
    importance: 'low',
    doc: 'JSON lines for machines or coloured lines for people. "auto" is pretty on a terminal.',
  },
  'metrics.enable': {
    type: 'boolean',
    default: 'true',
    importance: 'medium',
    doc: 'Serves metrics in Prometheus’ format at /metrics of the HTTP listener.',
  },
  'metrics.max.series': {
    type: 'int',
    default: '10000',
    min: 10,
    importance: 'low',
    doc: 'Most label combinations of one metric. Further ones are counted together under the label value "overflow".',
  },
})
