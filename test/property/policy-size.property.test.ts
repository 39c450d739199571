import fc from 'fast-check';
import { policyBytes } from '../../src/policy/policy-size';

/** A value as it stands in a template, and one that a deployment may make of it. */
interface Filled {
  readonly template: unknown;
  readonly deployed: string;
}

const ALPHABET = fc.constantFrom(...'abcXYZ019-_/:.');
const literal: fc.Arbitrary<Filled> = fc
  .oneof(fc.string({ unit: 'binary-ascii', maxLength: 12 }), fc.string({ maxLength: 12, unit: fc.constantFrom(...'é"\\<&ÿ\n') }))
  .map((text) => ({ template: text, deployed: text }));

function filling(template: unknown, values: fc.Arbitrary<string>): fc.Arbitrary<Filled> {
  return values.map((deployed) => ({ template, deployed }));
}

const PSEUDO: Array<[string, fc.Arbitrary<string>]> = [
  ['AWS::AccountId', fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: 12, maxLength: 12 })],
  ['AWS::Partition', fc.constantFrom('aws', 'aws-cn', 'aws-us-gov', 'aws-iso', 'aws-iso-b', 'aws-iso-e', 'aws-iso-f', 'aws-eusc')],
  ['AWS::Region', fc.constantFrom('eu-west-1', 'us-isof-south-1', 'ap-southeast-7', 'us-gov-west-1', 'us-isob-east-1', 'eusc-de-east-1')],
  ['AWS::URLSuffix', fc.constantFrom('amazonaws.com', 'amazonaws.com.cn', 'amazonaws.eu', 'csp.hci.ic.gov', 'cloud.adc-e.uk', 'sc2s.sgov.gov')],
];

const roleArn = fc
  .tuple(
    fc.constantFrom('aws', 'aws-us-gov'),
    fc.oneof(fc.nat({ max: 510 }), fc.constant(510)),
    fc.oneof(fc.integer({ min: 1, max: 64 }), fc.constant(64)),
  )
  .map(([partition, path, name]) => `arn:${partition}:iam::123456789012:role/${path > 0 ? `${'p'.repeat(path)}/` : ''}${'n'.repeat(name)}`);

/** Up to the longest value of a parameter, which a random text would never reach. */
const anyLength = fc.oneof(fc.string({ unit: ALPHABET, maxLength: 20 }), fc.nat({ max: 4096 }).map((length) => 'x'.repeat(length)), fc.constant('x'.repeat(4096)));

const pseudo = fc.oneof(...PSEUDO.map(([name, values]) => filling({ Ref: name }, values)));
const other = fc.oneof(
  filling({ Ref: 'Parameter' }, anyLength),
  filling({ 'Fn::ImportValue': 'Name' }, anyLength),
  filling({ 'Fn::ReferenceTo': { path: 'Stack/Role', attribute: 'Arn' } }, roleArn),
);

const substitutionPart = fc.oneof(fc.constantFrom(...PSEUDO), fc.string({ unit: ALPHABET, maxLength: 5 }));
const substitution = fc.array(substitutionPart, { maxLength: 5 }).chain((parts) =>
  fc.tuple(...parts.map((part) => (typeof part === 'string' ? fc.constant(part) : part[1]))).map((deployed): Filled => ({
    template: { 'Fn::Sub': parts.map((part) => (typeof part === 'string' ? part : `\${${part[0]}}`)).join('') },
    deployed: deployed.join(''),
  })));

const { value } = fc.letrec<{ value: Filled; join: Filled }>((tie) => ({
  join: fc.tuple(fc.constantFrom('', ':', ', '), fc.array(tie('value'), { maxLength: 4 })).map(([between, parts]) => ({
    template: { 'Fn::Join': [between, parts.map(({ template }) => template)] },
    deployed: parts.map(({ deployed }) => deployed).join(between),
  })),
  value: fc.oneof({ depthSize: 'small', withCrossShrink: true }, literal, pseudo, substitution, other, tie('join')),
}));

const policy = fc.array(
  fc.record({
    principals: fc.array(value, { maxLength: 3 }),
    key: fc.string({ unit: ALPHABET, minLength: 1, maxLength: 9 }),
    condition: value,
  }),
  { maxLength: 5 },
);

test('a policy never takes more bytes than it was said to, whatever a deployment fills in', () => {
  fc.assert(
    fc.property(policy, (statements) => {
      const [template, deployed] = (['template', 'deployed'] as const).map((form) => ({
        Statement: statements.map(({ principals, key, condition }) => ({
          Principal: { AWS: principals.map((principal) => principal[form]) },
          Condition: { StringLike: { [key]: condition[form] } },
        })),
      }));

      expect(policyBytes(template)).toBeGreaterThanOrEqual(Buffer.byteLength(JSON.stringify(deployed)));
    }),
    { numRuns: 500 },
  );
});

// Alone, since one parameter at its longest would hide how short a Region is taken.
test.each([['a pseudo parameter', pseudo], ['a substitution', substitution], ['another value', other]])('alone, %s: never more either', (_, single) => {
  fc.assert(
    fc.property(single, ({ template, deployed }) => {
      expect(policyBytes([template])).toBeGreaterThanOrEqual(Buffer.byteLength(JSON.stringify([deployed])));
    }),
    { numRuns: 500 },
  );
});

test('a policy without tokens takes exactly what was said', () => {
  fc.assert(
    fc.property(fc.array(literal, { maxLength: 5 }), (values) => {
      const document = { Statement: values.map(({ template }) => ({ Sid: template, Condition: {} })) };

      expect(policyBytes(document)).toBe(Buffer.byteLength(JSON.stringify(document)));
    }),
  );
});

test('another statement never makes a policy smaller', () => {
  fc.assert(
    fc.property(value, value, (left, right) => {
      expect(policyBytes([left.template, right.template])).toBeGreaterThanOrEqual(policyBytes([left.template]));
    }),
  );
});
