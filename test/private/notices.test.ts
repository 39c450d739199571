import { Template } from 'aws-cdk-lib/assertions';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Annotations, Validations } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { information, show, warning } from '../../src/private/notices';
import { testStack } from '../support/apps';
import { messagesOf } from '../support/key-policies';

describe('notices', () => {
  test('have a level, a code and a message', () => {
    expect(information('statementBound', 'bound')).toEqual({ level: 'information', code: 'statementBound', message: 'bound' });
    expect(warning('serviceUnbound', 'unbound')).toEqual({ level: 'warning', code: 'serviceUnbound', message: 'unbound' });
  });
});

describe('show', () => {
  test('shows a warning and an information with their acknowledgement ids', () => {
    const stack = testStack();
    const construct = new Construct(stack, 'Thing');

    show(construct, [warning('serviceUnbound', 'add a condition'), information('statementBound', 'was bound')]);

    expect(messagesOf(stack, 'warning')).toEqual(['add a condition [ack: cdk-kms-constructs:serviceUnbound]']);
    expect(messagesOf(stack, 'info')).toEqual(['was bound [ack: cdk-kms-constructs:statementBound]']);
    expect(messagesOf(stack, 'error')).toEqual([]);
  });

  test('puts a notice on the default child, so that the construct itself can acknowledge it', () => {
    const stack = testStack();
    const key = new Key(stack, 'Key');

    show(key, [warning('serviceUnbound', 'add a condition')]);

    expect(key.node.metadata).toEqual([]);
    expect(key.node.defaultChild!.node.metadata.map(({ type }) => type)).toContain('aws:cdk:warning');
  });

  test('is silent about what was acknowledged on the construct', () => {
    const stack = testStack();
    const key = new Key(stack, 'Key');
    Validations.of(key).acknowledge({ id: 'cdk-kms-constructs:serviceUnbound', reason: 'known' });

    show(key, [warning('serviceUnbound', 'add a condition'), warning('statementNarrowed', 'look at it')]);

    expect(messagesOf(stack, 'warning')).toEqual(['look at it [ack: cdk-kms-constructs:statementNarrowed]']);
  });

  test.each([
    ['warning', (key: Key) => Annotations.of(key).acknowledgeWarning('cdk-kms-constructs:noticed')],
    ['information', (key: Key) => Annotations.of(key).acknowledgeInfo('cdk-kms-constructs:noticed')],
  ] as const)('is silent about %s that was acknowledged by its annotation', (level, acknowledge) => {
    const stack = testStack();
    const key = new Key(stack, 'Key');
    acknowledge(key);

    show(key, [{ level, code: 'noticed', message: 'known' }, { level, code: 'other', message: 'look at it' }]);

    expect(messagesOf(stack, level === 'warning' ? 'warning' : 'info')).toEqual(['look at it [ack: cdk-kms-constructs:other]']);
  });

  test('is silent about what is acknowledged after it was shown', () => {
    const stack = testStack();
    const key = new Key(stack, 'Key');
    show(key, [warning('serviceUnbound', 'add a condition')]);

    Annotations.of(key).acknowledgeWarning('cdk-kms-constructs:serviceUnbound');

    expect(messagesOf(stack, 'warning')).toEqual([]);
  });

  test('shows a notice once, however often it is told', () => {
    const stack = testStack();
    const key = new Key(stack, 'Key');

    show(key, [warning('serviceUnbound', 'add a condition')]);
    show(key, [warning('serviceUnbound', 'add a condition')]);
    Template.fromStack(stack);

    expect(messagesOf(stack, 'warning')).toEqual(['add a condition [ack: cdk-kms-constructs:serviceUnbound]']);
  });
});
