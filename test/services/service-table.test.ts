import type { ServiceCaller } from '../../src/services/service-caller';
import { callersOf, encryptedResource, ENCRYPTED_RESOURCES, SERVICE_CALLERS, STANDS_FOR } from '../../src/services/service-table';
import { ViaService } from '../../src/services/via-service';

const BY_SERVICE = SERVICE_CALLERS.filter(({ principal }) => principal);

/** Every action of AWS KMS that a row names; each stands in the Service Authorization Reference. */
const ACTIONS_OF_KMS = [
  'kms:CreateGrant', 'kms:Decrypt', 'kms:DescribeKey', 'kms:Encrypt',
  'kms:GenerateDataKey', 'kms:GenerateDataKeyPair', 'kms:GenerateDataKeyPairWithoutPlaintext', 'kms:GenerateDataKeyWithoutPlaintext',
  'kms:ReEncryptFrom', 'kms:ReEncryptTo', 'kms:RetireGrant',
];

const WILDCARDS: Record<string, string[]> = {
  'kms:GenerateDataKey*': [
    'kms:GenerateDataKey', 'kms:GenerateDataKeyPair', 'kms:GenerateDataKeyPairWithoutPlaintext', 'kms:GenerateDataKeyWithoutPlaintext',
  ],
  'kms:ReEncrypt*': ['kms:ReEncryptFrom', 'kms:ReEncryptTo'],
};

function bindings(row: ServiceCaller) {
  const { binding, further = [] } = row;
  return [...(binding ? [binding] : []), ...further.map((more) => more.binding)];
}

/** What is not bound by account, source, encryption context or via service. */
function unbound(row: ServiceCaller) {
  return bindings(row).filter(({ sourceAccount, sourceArn, context, viaService }) =>
    !(sourceAccount ?? sourceArn ?? context ?? viaService));
}

describe('the tables', () => {
  test('have 46 resources and 79 wirings', () => {
    expect(ENCRYPTED_RESOURCES).toHaveLength(46);
    expect(SERVICE_CALLERS).toHaveLength(79);
  });

  test('have one row for each type of resource', () => {
    const types = ENCRYPTED_RESOURCES.map(({ type }) => type);

    expect(types.filter((type, index) => types.indexOf(type) !== index)).toEqual([]);
  });

  test('have one row for each wiring of a type', () => {
    const wirings = SERVICE_CALLERS.map(({ type, what }) => `${type}: ${what}`);

    expect(wirings.filter((wiring, index) => wirings.indexOf(wiring) !== index)).toEqual([]);
  });

  test('name a page of AWS in each row', () => {
    const pages = [...ENCRYPTED_RESOURCES, ...SERVICE_CALLERS].map(({ see }) => see);

    expect(pages.filter((see) => !/^https:\/\/docs\.aws\.amazon\.com\/[\w./-]+\.html$/.test(see))).toEqual([]);
  });

  test('name services for kms:ViaService that AWS KMS lists', () => {
    const names = [
      ...ENCRYPTED_RESOURCES.map(({ viaService }) => viaService),
      ...SERVICE_CALLERS.flatMap(bindings).map(({ viaService }) => viaService),
    ].filter((name) => name !== undefined);

    expect(names.length).toBeGreaterThan(30);
    expect(names.filter((name) => !ViaService.of(name)._isKnown)).toEqual([]);
  });

  test('name exact actions of AWS KMS', () => {
    const actions = [
      ...ENCRYPTED_RESOURCES.flatMap(({ send, receive, create }) => [...send, ...receive, ...create]),
      ...SERVICE_CALLERS.flatMap(({ actions: own = [], further = [] }) => [...own, ...further.flatMap((more) => more.actions)]),
    ];

    expect([...new Set(actions)].sort()).toEqual(ACTIONS_OF_KMS);
  });

  test.each([
    ...ENCRYPTED_RESOURCES.map((row) => [row.type, row.documentedAs, [...row.send, ...row.create]] as const),
    ...SERVICE_CALLERS.map((row) => [`${row.type}: ${row.what}`, row.documentedAs, row.actions ?? []] as const),
  ].filter(([, documentedAs]) => documentedAs))('expand in full what AWS documents with a wildcard: %s', (_, documentedAs, actions) => {
    const expansion = documentedAs!.split(', ').flatMap((wildcard) => WILDCARDS[wildcard]);

    expect(actions).toEqual(expect.arrayContaining(expansion));
  });

  test('hold no placeholder that nobody fills in', () => {
    const texts = SERVICE_CALLERS.flatMap((row) => [
      row.principal ?? '',
      ...bindings(row).flatMap(({ sourceArn = '', context = {} }) => [sourceArn, ...Object.values(context)]),
    ]);
    const placeholders = new Set(texts.flatMap((text) => text.match(/\{[^}]*\}/g) ?? []));

    expect([...placeholders].sort()).toEqual(['{account}', '{partition}', '{region}', '{urlSuffix}']);
  });

  test('write no partition out', () => {
    const texts = JSON.stringify([ENCRYPTED_RESOURCES, SERVICE_CALLERS]);

    expect(texts).not.toMatch(/arn:aws/);
  });
});

describe('a wiring', () => {
  test('is of a service, of a role, of a service-linked role, or of nobody', () => {
    const undecided = SERVICE_CALLERS.filter(({ principal, role, serviceLinkedRole, undelivered }) =>
      [principal, role, serviceLinkedRole, undelivered].filter(Boolean).length !== 1);

    expect(undecided).toEqual([]);
  });

  test('has an id where a service acts, and nowhere else', () => {
    expect(SERVICE_CALLERS.filter(({ id, principal }) => Boolean(id) !== Boolean(principal))).toEqual([]);
  });

  test('has a binding where a service acts, and nowhere else', () => {
    const roles = SERVICE_CALLERS.filter(({ principal }) => !principal);

    expect(BY_SERVICE.filter(({ binding }) => !binding)).toEqual([]);
    expect(roles.filter(({ binding }) => binding)).toEqual([]);
  });

  test('shares its id only with the same wiring of another type', () => {
    const wirings = BY_SERVICE.map(({ id, service, what, principal }) => `${id}: ${service}, ${what}, ${principal}`);

    expect(new Set(wirings).size).toBe(new Set(BY_SERVICE.map(({ id }) => id)).size);
  });

  test('is unbound in three cases only, and says why', () => {
    const unsupported = BY_SERVICE.filter((row) => bindings(row).some((binding) => binding.unsupported)).map(({ id }) => id);

    expect(unsupported.sort()).toEqual(['cloudfront-logs', 'cloudtrail-event-data-store', 'eventbridge-rule-to-topic']);
    expect(BY_SERVICE.flatMap(unbound).filter((binding) => !binding.unsupported)).toEqual([]);
  });

  test('names what is acted on, or the key', () => {
    const nowhere = SERVICE_CALLERS.filter(({ targets, keys, byPermission }) => !targets && !keys && !byPermission);

    expect(nowhere).toEqual([]);
  });

  test('says what it does with the key', () => {
    const silent = SERVICE_CALLERS.filter(({ actions, purpose, byPermission, undelivered }) =>
      !actions && !purpose && !byPermission && !undelivered);

    expect(silent).toEqual([]);
  });

  test('acts on types that have a row', () => {
    const types = new Set(SERVICE_CALLERS.flatMap(({ targetTypes = [] }) => targetTypes));

    expect([...types].sort()).toEqual([
      'AWS::KinesisFirehose::DeliveryStream', 'AWS::S3::Bucket', 'AWS::SNS::Topic', 'AWS::SQS::Queue', 'AWS::SecretsManager::Secret',
    ]);
    expect([...types].filter((type) => !encryptedResource(type))).toEqual([]);
  });
});

describe('lookups', () => {
  test('find the row of a type of resource', () => {
    expect(encryptedResource('AWS::SQS::Queue')?.keyProperties).toEqual(['KmsMasterKeyId']);
    expect(encryptedResource('AWS::SQS::QueuePolicy')).toBeUndefined();
  });

  test('find every wiring that a type declares', () => {
    expect(callersOf('AWS::SNS::Subscription').map(({ what }) => what)).toEqual([
      'a topic delivers to a queue',
      'a subscription leaves what it cannot deliver in a dead-letter queue',
      'a topic delivers to a delivery stream',
    ]);
    expect(callersOf('AWS::SQS::Queue')).toEqual([]);
  });


  test('follow what stands for a function', () => {
    expect(STANDS_FOR).toEqual({ 'AWS::Lambda::Alias': 'FunctionName', 'AWS::Lambda::Version': 'FunctionName' });
  });
});
