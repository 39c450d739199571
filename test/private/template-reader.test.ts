import { Template } from 'aws-cdk-lib/assertions';
import { AccountRootPrincipal, PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Aws, CfnParameter, CfnResource, Fn, Lazy, Token } from 'aws-cdk-lib/core';
import { describeValue, isReadReference, read, referencedPaths } from '../../src/private/template-reader';
import { testStack, testStacks } from '../support/apps';

const BUCKET = { 'Fn::ReferenceTo': { path: 'Stack/Bucket', attribute: 'Arn' } };

function bucketIn(stack = testStack()) {
  return { stack, bucket: new CfnResource(stack, 'Bucket', { type: 'AWS::S3::Bucket' }) };
}

describe('read', () => {
  test('leaves plain values as they are', () => {
    const stack = testStack();

    const { value, references } = read(stack, { a: [1, 'x', true], b: { c: null } });

    expect(value).toEqual({ a: [1, 'x', true], b: { c: null } });
    expect(references).toEqual([]);
  });

  test('marks a reference to a resource, and tells it', () => {
    const { stack, bucket } = bucketIn();

    const { value, references } = read(stack, { arn: bucket.getAtt('Arn'), id: bucket.ref });

    expect(value).toEqual({ arn: BUCKET, id: { 'Fn::ReferenceTo': { path: 'Stack/Bucket', attribute: 'Ref' } } });
    expect(references).toEqual([bucket]);
  });

  test('marks references inside text', () => {
    const { stack, bucket } = bucketIn();

    const { value } = read(stack, `${Token.asString(bucket.getAtt('Arn'))}/*`);

    expect(value).toEqual({ 'Fn::Join': ['', [BUCKET, '/*']] });
  });

  test('leaves pseudo parameters as intrinsics, in one flat join', () => {
    const stack = testStack();

    const { value } = read(stack, `arn:${Aws.PARTITION}:iam::${Aws.ACCOUNT_ID}:root`);

    expect(value).toEqual({ 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':iam::', { Ref: 'AWS::AccountId' }, ':root']] });
  });

  test('flattens text inside text, so that equal texts read equal', () => {
    const stack = testStack();
    const inner = Lazy.string({ produce: () => `b${Aws.REGION}c` });

    const { value } = read(stack, `a${inner}d`);

    expect(value).toEqual({ 'Fn::Join': ['', ['ab', { Ref: 'AWS::Region' }, 'cd']] });
  });

  test('reads what a lazy value says now', () => {
    const stack = testStack();

    const { value } = read(stack, Lazy.any({ produce: () => ({ Sid: 'Late' }) }));

    expect(value).toEqual({ Sid: 'Late' });
  });

  test('keeps literal substitutions as they are', () => {
    const stack = testStack();

    const { value } = read(stack, Fn.sub('arn:${AWS::Partition}:iam::111111111111:role/deployer'));

    expect(value).toEqual({ 'Fn::Sub': 'arn:${AWS::Partition}:iam::111111111111:role/deployer' });
  });

  test('takes a parameter of the own stack for a value, since no cycle can come from it', () => {
    const stack = testStack();
    const parameter = new CfnParameter(stack, 'Account');

    const { value, references } = read(stack, parameter.valueAsString);

    expect(value).toEqual({ Ref: 'Account' });
    expect(references).toEqual([]);
  });

  test('marks a parameter of another stack', () => {
    const { keys, app } = testStacks();
    const parameter = new CfnParameter(app, 'Account');

    const { value } = read(keys, parameter.valueAsString);

    expect(value).toEqual({ 'Fn::ReferenceTo': { path: 'App/Account', attribute: 'Ref' } });
  });

  test('marks a resource of another stack and leaves no export behind', () => {
    const { keys, app } = testStacks();
    const role = new Role(app, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });

    const { value } = read(keys, role.roleArn);

    expect(value).toEqual({ 'Fn::ReferenceTo': { path: 'App/Role/Resource', attribute: 'Arn' } });
    expect(Template.fromStack(app).toJSON().Outputs).toBeUndefined();
  });

  test("does not freeze somebody's policy document", () => {
    const stack = testStack();
    const statement = new PolicyStatement({ actions: ['kms:Decrypt'], resources: ['*'], principals: [new AccountRootPrincipal()] });
    const resource = new CfnResource(stack, 'Key', { type: 'AWS::KMS::Key', properties: { KeyPolicy: new PolicyDocument({ statements: [statement] }) } });

    const { value } = read(stack, resource._toCloudFormation());

    expect(statement.frozen).toBe(false);
    expect(JSON.stringify(value)).not.toContain('kms:Decrypt');
  });
});

describe('isReadReference', () => {
  test.each([
    [BUCKET, true],
    [{ Ref: 'Bucket' }, false],
    ['Fn::ReferenceTo', false],
    [null, false],
    [undefined, false],
  ])('%j: %s', (value, expected) => {
    expect(isReadReference(value)).toBe(expected);
  });
});

describe('referencedPaths', () => {
  test('finds every path once, however deep', () => {
    const topic = { 'Fn::ReferenceTo': { path: 'Stack/Topic', attribute: 'Ref' } };

    const paths = referencedPaths({ a: [BUCKET, { 'Fn::Join': ['', [BUCKET, '/*']] }], b: { c: topic } });

    expect([...paths]).toEqual(['Stack/Bucket', 'Stack/Topic']);
  });

  test.each([['text'], [null], [undefined], [{ Ref: 'AWS::Region' }]])('finds none in %j', (value) => {
    expect([...referencedPaths(value)]).toEqual([]);
  });
});

describe('describeValue', () => {
  test('shows a reference by its path', () => {
    const line = describeValue({ Effect: 'Allow', Condition: { ArnLike: { 'aws:SourceArn': BUCKET } } });

    expect(line).toBe('{"Effect":"Allow","Condition":{"ArnLike":{"aws:SourceArn":"<Stack/Bucket.Arn>"}}}');
  });
});
