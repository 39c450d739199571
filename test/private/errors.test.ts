import { App, Stack } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { fail, KeyConstructError, Problems } from '../../src/private/errors';

function thrownBy(act: () => void): unknown {
  try {
    act();
  } catch (error) {
    return error;
  }
  return undefined;
}

describe('fail', () => {
  test('fails with the code, the path and the message', () => {
    const construct = new Construct(new Stack(new App(), 'Stack'), 'Key');

    const error = thrownBy(() => fail(construct, 'AliasNameInvalid', 'no such name'));

    expect(error).toBeInstanceOf(KeyConstructError);
    expect(error).toMatchObject({
      name: 'KeyConstructError',
      code: 'AliasNameInvalid',
      message: '[cdk-kms-constructs:AliasNameInvalid] Stack/Key: no such name',
    });
  });

  test("fails with 'App' where the path is empty", () => {
    const error = thrownBy(() => fail(new App(), 'Code', 'message'));

    expect(error).toMatchObject({ message: '[cdk-kms-constructs:Code] App: message' });
  });
});

describe('Problems', () => {
  test('says nothing where there is none', () => {
    const problems = new Problems(new Stack(new App(), 'Stack'), 'Key');

    const error = thrownBy(() => problems.throwIfAny());

    expect(error).toBeUndefined();
  });

  test('fails with one problem under the path that the construct will have', () => {
    const problems = new Problems(new Stack(new App(), 'Stack'), 'Key');
    problems.add('First', 'one thing');

    const error = thrownBy(() => problems.throwIfAny());

    expect(error).toMatchObject({ code: 'First', message: '[cdk-kms-constructs:First] Stack/Key: one thing' });
  });

  test('fails with all problems at once, in their order', () => {
    const problems = new Problems(new Stack(new App(), 'Stack'), 'Key');
    problems.add('First', 'one thing');
    problems.add('Second', 'another');
    problems.add('Third', 'a last one');

    const error = thrownBy(() => problems.throwIfAny());

    expect(error).toMatchObject({
      code: 'First',
      message: '[cdk-kms-constructs:First] Stack/Key: one thing\n  also [Second] another\n  also [Third] a last one',
    });
  });

  test('fails without a slash before the id in the root of the tree', () => {
    const problems = new Problems(new App(), 'Key');
    problems.add('First', 'one thing');

    const error = thrownBy(() => problems.throwIfAny());

    expect(error).toMatchObject({ message: '[cdk-kms-constructs:First] Key: one thing' });
  });

  test('adds an expectation that is not met', () => {
    const problems = new Problems(new App(), 'Key');
    problems.expect(false, 'Unmet', () => 'expected more');

    const error = thrownBy(() => problems.throwIfAny());

    expect(error).toMatchObject({ code: 'Unmet', message: '[cdk-kms-constructs:Unmet] Key: expected more' });
  });

  test('renders no message for an expectation that is met', () => {
    const problems = new Problems(new App(), 'Key');
    const message = jest.fn(() => 'never');

    problems.expect(true, 'Met', message);

    expect(message).not.toHaveBeenCalled();
    expect(thrownBy(() => problems.throwIfAny())).toBeUndefined();
  });
});
