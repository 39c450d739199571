import { circularDependency } from '../../../examples/orders/typescript/show/circular-dependency';
import { plainInOneStack } from '../../../examples/orders/typescript/show/plain-cdk-app';
import { plainCdkOutcomes } from '../../../examples/orders/typescript/show/plain-cdk-comparison';
import { templateCycles } from '../../support/template-cycles';

test('fails in two stacks: the CDK refuses to synthesize it', () => {
  const { twoStacks } = plainCdkOutcomes();

  expect(twoStacks.synthesisError).toMatch(/^'PlainKeyStack' depends on 'PlainOrdersStack' .* would create a cyclic reference\.$/s);
  expect(twoStacks.circularDependency).toBeUndefined();
});

test('fails in one stack: the key and the bucket need each other', () => {
  const { oneStack } = plainCdkOutcomes();

  expect(oneStack.synthesisError).toBeUndefined();
  expect(oneStack.circularDependency).toEqual([
    { from: 'Key961B73FD', to: 'Uploads4F6EB0FD', at: 'KeyPolicy.Statement[1].Condition.ArnLike.aws:SourceArn' },
    {
      from: 'Uploads4F6EB0FD',
      to: 'Key961B73FD',
      at: 'BucketEncryption.ServerSideEncryptionConfiguration[0].ServerSideEncryptionByDefault.KMSMasterKeyID',
    },
  ]);
});

test('another search finds the same', () => {
  const [{ template }] = plainInOneStack().synth().stacks;

  expect(templateCycles(template)).toEqual(['Template/Key961B73FD -> Template/Uploads4F6EB0FD -> Template/Key961B73FD']);
});

test.each([
  ['Ref', { Ref: 'B' }],
  ['Fn::GetAtt', { 'Fn::GetAtt': ['B', 'Arn'] }],
  ['Fn::GetAtt as text', { 'Fn::GetAtt': 'B.Arn' }],
  ['Fn::Sub', { 'Fn::Sub': 'arn:${AWS::Partition}:x:${B.Arn}' }],
  ['Fn::Sub with variables', { 'Fn::Sub': ['${B}', { C: 'c' }] }],
  ['Fn::Join', { 'Fn::Join': ['', ['a', { Ref: 'B' }]] }],
])('a circular dependency by %s is found', (_, value) => {
  const way = circularDependency({ Resources: { A: { Properties: { Deep: { List: [value] } } }, B: { DependsOn: ['A'] } } });

  expect(way?.map(({ from, to }) => [from, to])).toEqual([['A', 'B'], ['B', 'A']]);
});

test.each([
  ['a parameter', { A: { Properties: { P: { Ref: 'Parameter' } } } }],
  ['a diamond', { A: { DependsOn: ['B', 'C'] }, B: { DependsOn: 'D' }, C: { DependsOn: 'D' }, D: {} }],
  ['a literal in Fn::Sub', { A: { Properties: { P: { 'Fn::Sub': '${!A}' } } } }],
])('%s is no circular dependency', (_, resources) => {
  expect(circularDependency({ Resources: resources })).toBeUndefined();
});
