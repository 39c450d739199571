import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { EncryptedResource } from '../../src/services/encrypted-resource';
import type { ServiceCaller } from '../../src/services/service-caller';
import { ENCRYPTED_RESOURCES, SERVICE_CALLERS } from '../../src/services/service-table';
import { TrustedService } from '../../src/services/trusted-service';
import { renderServicesPage, SERVICES_PAGE_ROWS, type ServicesPageRows } from '../../tools/services-page';

const PAGE = readFileSync(join(__dirname, '..', '..', 'docs', 'services.md'), 'utf8');
const SEE = 'https://docs.aws.amazon.com/page.html';

const QUEUE: EncryptedResource = {
  service: 'Amazon SQS',
  type: 'AWS::SQS::Queue',
  keyProperties: ['KmsMasterKeyId'],
  viaService: 'sqs',
  send: ['kms:Decrypt', 'kms:GenerateDataKey'],
  receive: ['kms:Decrypt'],
  create: [],
  grants: 'none',
  costLever: 'a data key is reused',
  see: SEE,
};
const WIDE = [
  'kms:Decrypt',
  'kms:GenerateDataKey', 'kms:GenerateDataKeyPair', 'kms:GenerateDataKeyPairWithoutPlaintext', 'kms:GenerateDataKeyWithoutPlaintext',
];
const TOPIC: EncryptedResource = {
  ...QUEUE, service: 'Amazon SNS', type: 'AWS::SNS::Topic', viaService: undefined, send: WIDE, receive: [], documentedAs: 'kms:GenerateDataKey*', costLever: undefined,
};
const ALARM: ServiceCaller = {
  id: 'alarms',
  service: 'Amazon CloudWatch',
  what: 'an alarm publishes to a topic',
  type: 'AWS::CloudWatch::Alarm',
  targets: ['AlarmActions.*'],
  purpose: 'send',
  principal: 'cloudwatch.amazonaws.com',
  binding: { sourceAccount: true, sourceArn: 'arn:{partition}:cloudwatch:{region}:{account}:alarm:*' },
  see: SEE,
};
const FUNCTION: ServiceCaller = {
  service: 'AWS Lambda', what: 'a function reads', type: 'AWS::Lambda::EventSourceMapping', targets: ['EventSourceArn'], purpose: 'receive', role: 'FunctionName>Role', see: SEE,
};

/** The lines of the tables, without their headings. */
function rowsOf({ resources = [], callers = [], trusted = [] }: Partial<ServicesPageRows>): string[] {
  const lines = renderServicesPage({ resources, callers, trusted });
  return lines.filter((line, index) => line.startsWith('| ') && !line.startsWith('| ---') && !lines[index + 1]?.startsWith('| ---'));
}

test('docs/services.md is current: if not, run npx projen', () => {
  expect(PAGE.trimEnd().split('\n')).toEqual(renderServicesPage(SERVICES_PAGE_ROWS));
});

describe('the page has', () => {
  test.each(ENCRYPTED_RESOURCES.map(({ type }) => type))('the type of resource %s', (type) => {
    expect(PAGE).toContain(`\`${type}\``);
  });

  test.each(SERVICE_CALLERS.map(({ what, see }) => `[${what}](${see})`))('the wiring %s', (wiring) => {
    expect(PAGE).toContain(wiring);
  });

  test.each(Object.keys(TrustedService))('the constant %s', (constant) => {
    expect(PAGE).toContain(`| \`${constant}\` |`);
  });

  test('no cell too many or too few', () => {
    const cells = PAGE.split('\n').filter((line) => line.startsWith('|')).map((line) => line.split('|').length - 2);

    expect([...new Set(cells)]).toEqual([9, 6, 4, 3]);
  });

  test('every wildcard expanded once', () => {
    expect(PAGE).toContain('- `GenerateDataKey*` is `GenerateDataKey`, `GenerateDataKeyPair`, `GenerateDataKeyPairWithoutPlaintext`, `GenerateDataKeyWithoutPlaintext`\n');
    expect(PAGE).toContain('- `ReEncrypt*` is `ReEncryptFrom`, `ReEncryptTo`\n');
  });
});

describe('a resource', () => {
  test('stands with what its users need', () => {
    expect(rowsOf({ resources: [QUEUE] })).toEqual([
      `| [Amazon SQS](${SEE}) | \`AWS::SQS::Queue\` | \`sqs\` | \`Decrypt\`, \`GenerateDataKey\` | \`Decrypt\` | – | – | – | a data key is reused |`,
    ]);
  });

  test('has a wildcard as AWS documents it', () => {
    expect(rowsOf({ resources: [TOPIC] })).toEqual([
      `| [Amazon SNS](${SEE}) | \`AWS::SNS::Topic\` | – | \`Decrypt\`, \`GenerateDataKey*\` | – | – | – | – | – |`,
    ]);
  });

  test('shares its line with others of which the same holds', () => {
    expect(rowsOf({ resources: [QUEUE, { ...QUEUE, type: 'AWS::SQS::Other' }] })).toEqual([
      `| [Amazon SQS](${SEE}) | \`AWS::SQS::Queue\`, \`AWS::SQS::Other\` | \`sqs\` | \`Decrypt\`, \`GenerateDataKey\` | \`Decrypt\` | – | – | – | a data key is reused |`,
    ]);
  });

  test('stands with the grants of the service or of its creator, and its context', () => {
    const resources: EncryptedResource[] = [
      { ...QUEUE, service: 'AWS Alpha', grants: 'service', context: ['a', 'b'] },
      { ...QUEUE, service: 'Amazon Beta', grants: 'principal' },
    ];

    expect(rowsOf({ resources }).map((line) => line.split(' | ').slice(6, 8))).toEqual([['`a`, `b`', 'service'], ['–', 'creator']]);
  });

  test('that wants another kind of key stands with what AWS does not do', () => {
    expect(rowsOf({ resources: [{ ...QUEUE, unsuitable: 'it signs' }] })).toEqual([
      `| Amazon SQS | [\`AWS::SQS::Queue\`](${SEE}) with a symmetric key | it signs |`,
    ]);
  });

  test('that takes no multi-Region key stands there too', () => {
    expect(rowsOf({ resources: [{ ...QUEUE, multiRegionUnsupported: 'single-Region only' }] })[1]).toBe(
      `| Amazon SQS | [\`AWS::SQS::Queue\`](${SEE}) with a multi-Region key | single-Region only |`,
    );
  });

  test('is found by its name, Amazon or AWS aside', () => {
    const resources = ['Amazon Zeta', 'AWS beta', 'Amazon Alpha'].map((service) => ({ ...QUEUE, service }));

    expect(rowsOf({ resources }).map((line) => line.slice(3, 10))).toEqual(['Amazon ', 'AWS bet', 'Amazon ']);
  });
});

describe('a service', () => {
  /** The line of a wiring that is trusted as `ALARMS`, and those that belong to it. */
  function linesOf(row: Partial<ServiceCaller>): string[] {
    return rowsOf({ resources: [TOPIC], trusted: [['ALARMS', { _row: { ...ALARM, ...row }, _targetType: 'AWS::SNS::Topic' }]] }).slice(1);
  }

  test('stands with what its target asks, and its binding', () => {
    expect(linesOf({})).toEqual([
      `| Amazon CloudWatch | [an alarm publishes to a topic](${SEE}) | \`cloudwatch.amazonaws.com\` | \`Decrypt\`, \`GenerateDataKey*\` | account; source \`arn:{partition}:cloudwatch:{region}:{account}:alarm:*\` | \`ALARMS\` |`,
    ]);
  });

  test('stands with its own actions, where it has some', () => {
    expect(linesOf({ actions: ['kms:Decrypt'] })[0]).toContain(' | `Decrypt` | account; ');
  });

  test.each<[string, ServiceCaller['binding'], string]>([
    ['its encryption context', { context: { 'aws:logs:arn': 'arn:*' } }, 'context `aws:logs:arn` `arn:*`'],
    ['the service that it goes through', { viaService: 'sns' }, 'through `sns`'],
    ['why it is not bound', { unsupported: 'it sends no source' }, 'nothing: it sends no source'],
  ])('is bound by %s', (_, binding, text) => {
    expect(linesOf({ binding })[0]).toContain(` | ${text} | `);
  });

  test('has a line for each further statement', () => {
    const further = [{ actions: ['kms:CreateGrant'], binding: { sourceAccount: true }, conditions: { Bool: { 'kms:GrantIsForAWSResource': ['true'] } } }];

    expect(linesOf({ further })[1]).toBe('|  | the same |  | `CreateGrant` | account; `kms:GrantIsForAWSResource` `true` |  |');
  });

  test('has another principal in a Region that is disabled by default', () => {
    expect(linesOf({ optInPrincipal: 'sns' })[0]).toContain(
      ' | `cloudwatch.amazonaws.com`, or `sns.{region}.amazonaws.com` to another Region from one that is disabled by default | ',
    );
  });

  test.each<[string, ServiceCaller['where'], string]>([
    ['there is', [{ property: 'RoleArn', is: 'present' }], ', with `RoleArn` | '],
    ['is missing', [{ property: 'RoleArn', is: 'absent' }], ', without `RoleArn` | '],
    ['has a value', [{ property: 'Type', is: { value: 'application' } }], ', with `Type` `application` | '],
  ])('acts where a property %s', (_, where, text) => {
    expect(linesOf({ where })[0]).toContain(`[an alarm publishes to a topic](${SEE})${text}`);
  });
});

describe('a role', () => {
  test('is that of the resource that is named', () => {
    expect(rowsOf({ callers: [FUNCTION] })).toEqual([
      `| AWS Lambda | [a function reads](${SEE}) | \`Role\` of \`FunctionName\` of \`AWS::Lambda::EventSourceMapping\` | *take out* |`,
    ]);
  });

  test('is that of the element that declares the wiring', () => {
    expect(rowsOf({ callers: [{ ...FUNCTION, within: 'Targets.*', role: 'RoleArn', purpose: 'send' }] })).toEqual([
      `| AWS Lambda | [a function reads](${SEE}) | \`Targets.*.RoleArn\` of \`AWS::Lambda::EventSourceMapping\` | *put in* |`,
    ]);
  });

  test('that acts as its policies let it says so', () => {
    expect(rowsOf({ callers: [{ ...FUNCTION, purpose: undefined, byPermission: true }] })[0]).toContain(
      ' | *put in* and *take out*, as far as its policies let it |',
    );
  });

  test('may be a service-linked one, with more that it needs', () => {
    const linked: ServiceCaller = {
      ...FUNCTION,
      role: undefined,
      serviceLinkedRole: 'autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling',
      serviceLinkedRoleProperty: 'ServiceLinkedRoleARN',
      purpose: undefined,
      actions: WIDE,
      documentedAs: 'kms:GenerateDataKey*',
      further: [{ actions: ['kms:CreateGrant'], binding: {}, conditions: { Bool: { 'kms:GrantIsForAWSResource': ['true'] } } }],
    };

    expect(rowsOf({ callers: [linked] })).toEqual([
      `| AWS Lambda | [a function reads](${SEE}) | \`AWSServiceRoleForAutoScaling\`, or \`ServiceLinkedRoleARN\` of \`AWS::Lambda::EventSourceMapping\` | \`Decrypt\`, \`GenerateDataKey*\`; \`CreateGrant\` with \`kms:GrantIsForAWSResource\` \`true\` |`,
    ]);
  });
});

test('what AWS does not deliver stands with the reason', () => {
  expect(rowsOf({ callers: [{ ...FUNCTION, role: undefined, undelivered: 'it is not supported' }] })).toEqual([
    `| AWS Lambda | [a function reads](${SEE}) | it is not supported |`,
  ]);
});
