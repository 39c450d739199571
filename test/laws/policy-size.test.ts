import { Template } from 'aws-cdk-lib/assertions';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { EventType } from 'aws-cdk-lib/aws-s3';
import * as s3n from 'aws-cdk-lib/aws-s3-notifications';
import { SqsSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Stack, Validations, type App } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { CustomerManagedKey } from '../../src/keys/customer-managed-key';
import { TrustedService } from '../../src/services/trusted-service';
import { ENV, testStack, testStacks } from '../support/apps';
import { keyPolicyOf, messagesOf } from '../support/key-policies';
import { alarm, bucket, queue, rule, topic } from '../support/wirings';

// Law 3: the policy does not grow with the people, and KMS takes 32,768 bytes of it.

const accounts = (count: number) => Array.from({ length: count }, (_, index) => String(200000000000 + index));

function stackTrusting(count: number): Stack {
  const stack = testStack();
  new CustomerManagedKey(stack, 'Key', { trustedAccounts: accounts(count) });
  return stack;
}

/** Bytes of a key's policy, with the partition at its longest: `aws-us-gov`. */
function bytesOf(stack: Stack): number {
  return Buffer.byteLength(JSON.stringify({ Version: '2012-10-17', Statement: keyPolicyOf(stack) }).replaceAll('<AWS::Partition>', 'aws-us-gov'));
}

describe('the size of the key policy', () => {
  test('is the same for no role and for 500 roles of the account', () => {
    const sizeWith = (roles: number) => {
      const { keys } = testStacks();
      const key = new CustomerManagedKey(keys, 'Key');
      // A stack holds 500 resources, a role and its policy are two.
      const users = [0, 1, 2, 3].map((index) => new Stack(keys.node.root, `Users${index}`, { env: ENV }));
      for (let index = 0; index < roles; index++) {
        key.grantEncryptDecrypt(new Role(users[index % 4], `Role${index}`, { assumedBy: new ServicePrincipal('ec2.amazonaws.com') }));
      }
      return JSON.stringify(Template.fromStack(keys).findResources('AWS::KMS::Key').Key961B73FD.Properties.KeyPolicy);
    };

    expect(sizeWith(500)).toBe(sizeWith(0));
  }, 60_000);

  test('is the same for 1 and for 50 topics, queues, rules and buckets of the account', () => {
    const policyWith = (count: number) => {
      const { keys, app } = testStacks();
      const key = new CustomerManagedKey(keys, 'Key');
      for (let index = 0; index < count; index++) {
        const scope = new Construct(app, `Team${index}`);
        const to = queue(scope, key);
        topic(scope, key).addSubscription(new SqsSubscription(to));
        rule(scope).addTarget(new SqsQueue(to));
        bucket(scope, key);
      }
      return keyPolicyOf(keys);
    };

    expect(policyWith(50)).toEqual(policyWith(1));
  });

  /** A key with 500 roles of the account that use it, and topics, log groups and buckets that are wired, 20 in each stack. */
  const keyOfCompany = (count: number) => {
    const { keys } = testStacks();
    const key = new CustomerManagedKey(keys, 'Key');
    for (let stack = 0; stack < 5; stack++) {
      const users = new Stack(keys.node.root, `Users${stack}`, { env: ENV });
      const roles = new Stack(keys.node.root, `Roles${stack}`, { env: ENV });
      Array.from({ length: 100 }, (_, index) => key.grantEncryptDecrypt(new Role(roles, `Role${index}`, { assumedBy: new ServicePrincipal('ec2.amazonaws.com') })));
      for (let index = 0; index < count / 5; index++) {
        const scope = new Construct(users, `Team${index}`);
        const [alarmed, jobs] = [topic(scope, key), queue(scope, key)];
        alarm(scope).addAlarmAction(new SnsAction(alarmed));
        alarmed.addSubscription(new SqsSubscription(jobs));
        new LogGroup(scope, 'Logs', { encryptionKey: key });
        bucket(scope, key).addEventNotification(EventType.OBJECT_CREATED, new s3n.SqsDestination(jobs));
      }
    }
    return keys;
  };

  test('for 500 roles, 100 topics, 100 alarms, 100 log groups and 100 buckets that notify is 2,779 bytes, as for 5 of each', () => {
    expect(bytesOf(keyOfCompany(100))).toBe(2779);
    expect(bytesOf(keyOfCompany(5))).toBe(2779);
  }, 120_000);

  test('of a key that was asked for nothing is under 1,600 bytes', () => {
    const stack = testStack();

    new CustomerManagedKey(stack, 'Key');

    expect(bytesOf(stack)).toBeLessThan(1600);
  });
});

describe('many trusted accounts', () => {
  // Each takes 15 bytes: 12 digits, two quotes, a comma.
  const base = bytesOf(stackTrusting(2)) - 2 * 15;
  const fits = (bytes: number) => Math.floor((bytes - base) / 15);
  const [warned, full] = [fits(0.8 * 32768), fits(32768)];

  test('the last that fits is measured', () => {
    expect(bytesOf(stackTrusting(full))).toBeLessThanOrEqual(32768);
    expect(bytesOf(stackTrusting(full))).toBeGreaterThan(32768 - 15);
  });

  test('up to 80 % nothing is said', () => {
    expect(messagesOf(stackTrusting(warned), 'warning')).toEqual([]);
  });

  test('over 80 % warns with the bytes, which can be acknowledged', () => {
    expect(messagesOf(stackTrusting(warned + 1), 'warning')).toEqual([expect.stringMatching(/262\d\d of 32768 bytes/)]);

    const stack = stackTrusting(warned + 1);
    Validations.of(stack.node.findChild('Key')).acknowledge({ id: 'cdk-kms-constructs:policyNearlyFull', reason: 'no more accounts will come' });

    expect(messagesOf(stack, 'warning')).toEqual([]);
  });

  test('what just fits is taken', () => {
    expect(() => (stackTrusting(full).node.root as App).synth()).not.toThrow();
  });

  test('fails one account later, with the bytes', () => {
    const synth = () => (stackTrusting(full + 1).node.root as App).synth();

    expect(synth).toThrow(/\[cdk-kms-constructs:PolicyTooLarge\] .*327\d\d bytes, and AWS KMS takes 32768/);
  });
});

describe('many exact sources', () => {
  const named = (prefix: string, length: number) => (count: number) =>
    Array.from({ length: count }, (_, index) => `${prefix}${String(index).padStart(length, 'x')}`);

  /** ARNs of 300 bytes, and those of topics with the longest name of 256. Each takes three bytes more: two quotes and a comma. */
  const logGroups = named('arn:aws:logs:eu-west-1:111111111111:log-group:', 254);
  const topics = named('arn:aws:sns:eu-west-1:111111111111:', 256);

  function stackTrustingExactly(service: TrustedService, sourceArns: string[]): Stack {
    const stack = testStack();
    new CustomerManagedKey(stack, 'Key').trustService(service, { sourceArns });
    return stack;
  }

  test('ARNs are as long as they should be', () => {
    expect([...logGroups(2), ...topics(2)].map((arn) => arn.length)).toEqual([300, 300, 291, 291]);
  });

  test.each<[string, TrustedService, (count: number) => string[], number, number]>([
    ['log groups', TrustedService.CLOUDWATCH_LOGS, logGroups, 101, 32491],
    ['topics', TrustedService.SNS_TO_QUEUES, topics, 105, 32620],
  ])('%s: the last that fits is taken, with a warning, and one more fails', (_, service, arns, last, bytes) => {
    const fits = stackTrustingExactly(service, arns(last));
    const tooMany = stackTrustingExactly(service, arns(last + 1));

    expect(bytesOf(fits)).toBe(bytes);
    expect(messagesOf(fits, 'warning')).toEqual([expect.stringContaining(`the key policy may take ${bytes} of 32768 bytes`)]);
    expect(() => (tooMany.node.root as App).synth()).toThrow('[cdk-kms-constructs:PolicyTooLarge]');
  });
});
