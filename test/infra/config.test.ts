import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ConfigError, parseConfig, toTarget } from '../../infra/config.ts';
import { targetSchema } from '../../src/core/target.ts';
import { dataApiExample, exampleConfig, root } from './synth.ts';

const minimal = 'targets:\n  - { name: orders, engine: postgres, secret: prod/orders }\n';

function problemsOf(text: string): string[] {
  try {
    parseConfig('lk.yaml', text);
  } catch (error) {
    if (error instanceof ConfigError) return error.message.split('\n');
    throw error;
  }
  return [];
}

describe('a configuration', () => {
  it('of one target is enough', () => {
    expect(parseConfig('lk.yaml', minimal)).toEqual({
      prefix: 'lockkeeper',
      logRetentionDays: 90,
      notify: { emails: [] },
      targets: [
        {
          name: 'orders',
          engine: 'postgres',
          members: [],
          secret: 'prod/orders',
          tls: 'verify',
          restore: 'ask',
          transport: 'direct',
          deployments: [],
          alarms: [],
          onAlarm: 'pause',
          access: { storageKeys: [], roles: [] },
        },
      ],
      thresholds: {},
    });
  });

  it('that is the example is valid', () => {
    expect(exampleConfig().targets.map(({ instance }) => instance)).toEqual(['orders-prod']);
  });

  it.each(readdirSync(`${root}/examples/aws`))('that is the example %s is valid', (name) => {
    const file = `examples/aws/${name}`;
    expect(parseConfig(file, readFileSync(`${root}/${file}`, 'utf8')).targets).not.toEqual([]);
  });

  it('gives the functions targets that they accept as they are', () => {
    const more = ', host: h, port: 5432, database: d, instance: Orders-1, tlsCa: PEM, restore: automatic }';
    const text = minimal.replace(' }', more);
    const targets = parseConfig('lk.yaml', text).targets.map(toTarget);
    expect(targets.map((target) => targetSchema.parse(target))).toEqual(targets);
    // A target is an instance or a cluster, and only a cluster's has another transport.
    const others = Object.keys(targetSchema.shape).filter((name) => !['cluster', 'transport'].includes(name));
    expect(Object.keys(targets[0] ?? {}).toSorted()).toEqual(others.toSorted());
  });

  it('tells the functions of the Data API, and of no transport where it is the usual one', () => {
    const { targets } = exampleConfig(dataApiExample);
    const [told] = targets.map(toTarget);
    expect(targetSchema.parse(told)).toMatchObject({ cluster: 'reviews-prod', transport: 'data-api' });
    const [direct] = parseConfig('lk.yaml', minimal.replace(' }', ', transport: direct }')).targets.map(
      toTarget,
    );
    expect(direct).not.toHaveProperty('transport');
  });

  it('tells everything that is wrong with it at once, with line and path', () => {
    const text = [
      'prefix: Lock_Keeper',
      'logRetentionDays: 91',
      'networks: {}',
      'targets:',
      '  - name: orders',
      '    engine: postgresql',
      '    secret: prod/*',
      '    instance: "*"',
      '    tls: off',
      '  - name: orders',
      '    engine: postgres',
      '    password: hunter2',
    ].join('\n');
    expect(problemsOf(text)).toEqual([
      'lk.yaml:1:1: prefix: expected lower-case letters, digits and hyphens, at most 30',
      expect.stringMatching(/^lk\.yaml:2:1: logRetentionDays: one of 1, 3, 5, /),
      'lk.yaml:3:1: networks: unknown key (known here: prefix, logRetentionDays, notify, encryptionKey, objectLock, thresholds, network, targets)',
      'lk.yaml:6:5: targets[0].engine: expected postgres or mysql or sqlserver',
      'lk.yaml:7:5: targets[0].secret: expected the name or ARN of a secret',
      'lk.yaml:8:5: targets[0].instance: expected an RDS instance identifier',
      'lk.yaml:9:5: targets[0].tls: expected verify',
      'lk.yaml:10:5: targets[1].secret: is missing (expected string)',
      expect.stringMatching(/^lk\.yaml:12:5: targets\[1\]\.password: unknown key /),
    ]);
  });

  it.each([
    [
      'two targets of one name',
      `${minimal}${minimal.split('\n')[1]}\n`,
      /^lk.yaml:3:\d+: targets\[1\]\.name: a second/,
    ],
    [
      'no engine',
      minimal.replace('engine: postgres, ', ''),
      /engine: is missing \(expected postgres or mysql or sqlserver\)$/,
    ],
    ['no target', 'targets: []', /^lk\.yaml:1:1: targets: /],
    ['nothing at all', '', /^lk\.yaml:1:1: targets: is missing/],
    ['a list', '- a', /^lk\.yaml:1:1: is not what was expected \(object\)/],
    ['broken YAML', 'targets: [', /^lk\.yaml:1:11: not well-formed YAML/],
    ['a key twice', `${minimal}${minimal}`, /^lk\.yaml:3:1: not well-formed YAML: Map keys must be unique/],
    ['an alias without its anchor', 'targets: *gone', /^lk\.yaml(:1:10)?: /],
    [
      'a subnet by name',
      `${minimal}network: { subnetIds: [public], securityGroupIds: [sg-1] }`,
      /subnetIds\[0\]/,
    ],
    [
      'a network without security groups',
      `${minimal}network: { subnetIds: [subnet-1], securityGroupIds: [] }`,
      /securityGroupIds: at least one/,
    ],
    [
      'no address',
      `${minimal}notify: { emails: [nobody] }`,
      /notify\.emails\[0\]: expected an e-mail address/,
    ],
    [
      'a role by name',
      minimal.replace(' }', ', access: { roles: [monitoring] } }'),
      /access\.roles\[0\]: expected the ARN/,
    ],
    [
      'an ARN with a wildcard',
      minimal.replace(' }', ", access: { secretKey: 'arn:aws:kms:eu-central-1:111122223333:key/*' } }"),
      /access\.secretKey: expected the ARN/,
    ],
    [
      'the Data API of what is no cluster',
      minimal.replace(' }', ', transport: data-api }'),
      /targets\[0\]\.transport: the Data API is that of an Aurora cluster/,
    ],
    [
      'the Data API of MySQL',
      minimal
        .replace('postgres', 'mysql')
        .replace(' }', ', cluster: c, members: [c-1], transport: data-api }'),
      /targets\[0\]\.transport: the Data API is not supported for mysql yet/,
    ],
    [
      'a lock that forgets at once',
      `${minimal}objectLock: { mode: compliance, days: 0 }`,
      /objectLock\.days: /,
    ],
    [
      'an alarm by name',
      minimal.replace(' }', ', alarms: [cpu-high] }'),
      /alarms\[0\]: expected the ARN of an alarm/,
    ],
    [
      'deployments of any source',
      minimal.replace(' }', ', deployments: [{ detail-type: [Done] }] }'),
      /deployments\[0\]\.source: is missing/,
    ],
    [
      'a certificate too large for the environment',
      minimal.replace(' }', `, tlsCa: ${'x'.repeat(4000)} }`),
      /^lk\.yaml:1:1: targets: the targets are larger than the 3072 bytes/,
    ],
  ])('with %s is refused', (_, text, problem) => {
    const problems = problemsOf(text);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(problem);
  });
});
