import { tool, type ToolSection } from '../tool-step.ts'

const CONFIGS = 'kafka.admin.ConfigCommand'
const METRICS = 'ClientMetricsCommand'

export const configs: ToolSection = {
  name: 'configs',
  steps: [
    tool(
      'set group config',
      CONFIGS,
      '--alter --entity-type groups --entity-name cg --add-config consumer.session.timeout.ms=50000',
    ),
    tool('describe group config', CONFIGS, '--describe --entity-type groups --entity-name cg'),
    tool('describe group config by its short name', CONFIGS, '--describe --group cg --all', {
      differs: {
        lines: /^(?:share|streams|errors)\./,
        because: 'there are no share groups and no streams groups',
      },
    }),
    tool('bad group config', CONFIGS, '--alter --group cg --add-config consumer.session.timeout.ms=1', {
      code: 1,
    }),
    tool('unknown group config', CONFIGS, '--alter --group cg --add-config nope=1', { code: 1 }),
    tool('delete group config', CONFIGS, '--alter --group cg --delete-config consumer.session.timeout.ms'),
    tool(
      'set broker config',
      CONFIGS,
      '--alter --entity-type brokers --entity-name 1 --add-config log.retention.ms=80000000',
    ),
    tool('describe broker config', CONFIGS, '--describe --entity-type brokers --entity-name 1'),
    tool(
      'set default of all brokers',
      CONFIGS,
      '--alter --entity-type brokers --entity-default --add-config log.retention.ms=70000000',
    ),
    tool('describe default of all brokers', CONFIGS, '--describe --entity-type brokers --entity-default'),
    tool('read-only broker config', CONFIGS, '--alter --broker 1 --add-config node.id=4', { code: 1 }),
    tool('delete broker configs', CONFIGS, '--alter --broker 1 --delete-config log.retention.ms'),
    tool('delete defaults', CONFIGS, '--alter --broker-defaults --delete-config log.retention.ms'),
    tool(
      'set quota',
      CONFIGS,
      '--alter --entity-type clients --entity-name c --add-config producer_byte_rate=1000,consumer_byte_rate=2000',
    ),
    tool('set quota of a user', CONFIGS, '--alter --user u --add-config request_percentage=50'),
    tool(
      'set quota of a user’s client',
      CONFIGS,
      '--alter --user u --client c --add-config producer_byte_rate=10',
    ),
    tool('set default quota', CONFIGS, '--alter --client-defaults --add-config producer_byte_rate=10000000'),
    tool(
      'set quota of an address',
      CONFIGS,
      '--alter --ip 10.0.0.1 --add-config connection_creation_rate=100',
    ),
    tool('bad quota', CONFIGS, '--alter --entity-type clients --entity-name c --add-config nope=1', {
      code: 1,
    }),
    tool('describe quota', CONFIGS, '--describe --entity-type clients --entity-name c'),
    tool('describe quotas', CONFIGS, '--describe --entity-type clients'),
    tool('describe quotas of users', CONFIGS, '--describe --entity-type users --entity-type clients'),
    tool('describe quotas of addresses', CONFIGS, '--describe --entity-type ips'),
    tool(
      'delete quotas',
      CONFIGS,
      '--alter --client c --delete-config producer_byte_rate,consumer_byte_rate',
    ),
    tool('delete default quota', CONFIGS, '--alter --client-defaults --delete-config producer_byte_rate'),
    tool('describe quotas after that', CONFIGS, '--describe --entity-type clients'),
    tool(
      'set client metrics',
      METRICS,
      '--alter --name m --metrics org.apache.kafka.producer. --interval 5000 --match client_id=a.*',
    ),
    tool('describe client metrics', METRICS, '--describe --name m'),
    tool('describe all client metrics', METRICS, '--describe'),
    tool('list client metrics', METRICS, '--list'),
    tool(
      'describe client metrics’ configs',
      CONFIGS,
      '--describe --entity-type client-metrics --entity-name m',
    ),
    tool('bad interval of client metrics', METRICS, '--alter --name m --interval 1', { code: 1 }),
    tool('bad match of client metrics', METRICS, '--alter --name m --match age=3', { code: 1 }),
    tool('unknown config of client metrics', CONFIGS, '--alter --client-metrics m --add-config nope=3', {
      code: 1,
    }),
    tool('reset the interval of client metrics', METRICS, '--alter --name m --interval='),
    tool('delete client metrics', METRICS, '--delete --name m'),
    tool('delete client metrics again', METRICS, '--delete --name m'),
  ],
}
