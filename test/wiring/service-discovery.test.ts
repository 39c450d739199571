import { FLAGS } from '../support/feature-flags';
import { keyActionsByRole, kmsResources, serviceAccess } from '../support/key-policies';
import { STACKS, layout, ourKey } from '../support/layouts';
import { cyclesOf } from '../support/template-cycles';
import { WIRINGS } from '../support/wirings';

interface Expected {
  /** What the key policy allows to services. */
  readonly services?: object[];
  /** What IAM allows the function's role on the key. */
  readonly role?: string[];
  /** Why the ends cannot be in different stacks, whether they are encrypted or not. */
  readonly together?: string;
}

const SEND_TO_QUEUE = ['kms:Decrypt', 'kms:GenerateDataKey'];
const PUBLISH = [
  'kms:Decrypt',
  'kms:GenerateDataKey',
  'kms:GenerateDataKeyPair',
  'kms:GenerateDataKeyPairWithoutPlaintext',
  'kms:GenerateDataKeyWithoutPlaintext',
];
const WRITE = [
  'kms:Decrypt',
  'kms:Encrypt',
  'kms:GenerateDataKey',
  'kms:GenerateDataKeyPair',
  'kms:GenerateDataKeyPairWithoutPlaintext',
  'kms:GenerateDataKeyWithoutPlaintext',
  'kms:ReEncryptFrom',
  'kms:ReEncryptTo',
];
const WRITE_AND_DESCRIBE = ['kms:Decrypt', 'kms:DescribeKey', ...WRITE.slice(1)];

const FROM_ACCOUNT = { StringEquals: { 'aws:SourceAccount': '111111111111' } };
const FROM_TOPICS = { ...FROM_ACCOUNT, ArnLike: { 'aws:SourceArn': 'arn:<AWS::Partition>:sns:eu-west-1:111111111111:*' } };
const FROM_ALARMS = { ...FROM_ACCOUNT, ArnLike: { 'aws:SourceArn': 'arn:<AWS::Partition>:cloudwatch:eu-west-1:111111111111:alarm:*' } };

const S3_TO_QUEUE = { service: 's3.amazonaws.com', actions: SEND_TO_QUEUE, condition: FROM_ACCOUNT };
const S3_TO_TOPIC = { service: 's3.amazonaws.com', actions: PUBLISH, condition: FROM_ACCOUNT };
const SNS_TO_QUEUE = { service: 'sns.amazonaws.com', actions: SEND_TO_QUEUE, condition: FROM_TOPICS };
const CLOUDWATCH_TO_TOPIC = { service: 'cloudwatch.amazonaws.com', actions: PUBLISH, condition: FROM_ALARMS };
const EVENTS_TO_QUEUE = { service: 'events.amazonaws.com', actions: SEND_TO_QUEUE, condition: FROM_ACCOUNT };
// AWS documents that EventBridge sends no source condition to an encrypted topic: a bound statement would be denied.
const EVENTS_TO_TOPIC = { service: 'events.amazonaws.com', actions: PUBLISH };

const EXPECTED: Record<keyof typeof WIRINGS, Expected> = {
  'bucket notifies queue': { services: [S3_TO_QUEUE], together: 'the notification depends on the queue policy, which names the bucket' },
  'bucket notifies topic': { services: [S3_TO_TOPIC], together: 'the notification depends on the topic policy, which names the bucket' },
  'bucket notifies function': {},
  'topic delivers to queue': { services: [SNS_TO_QUEUE] },
  'topic delivers to queue, undelivered to another': { services: [SNS_TO_QUEUE] },
  'topic invokes function': {},
  'topic invokes function, undelivered to queue': { services: [SNS_TO_QUEUE] },
  // Amazon SQS moves the message itself, without another call of AWS KMS by somebody.
  'queue moves to queue': {},
  'queue feeds function': { role: ['kms:Decrypt'] },
  'table feeds function': { role: ['kms:Decrypt', 'kms:DescribeKey'] },
  'global table feeds function': { role: ['kms:Decrypt', 'kms:DescribeKey'] },
  'table feeds function, failures to queue': { role: WRITE_AND_DESCRIBE },
  'table feeds function, failures to topic': { role: ['kms:Decrypt', 'kms:DescribeKey', ...PUBLISH.slice(1)] },
  'table feeds function, failures to bucket': { role: WRITE_AND_DESCRIBE },
  'function succeeds to queue': { role: WRITE },
  'function fails to topic': { role: PUBLISH },
  'function fails to bucket': { role: WRITE_AND_DESCRIBE },
  'function succeeds to function': {},
  'function leaves dead letters in queue': { role: SEND_TO_QUEUE },
  'function leaves dead letters in topic': { role: PUBLISH },
  'alarm reaches topic': { services: [CLOUDWATCH_TO_TOPIC] },
  'topic posts, undelivered to queue': { services: [SNS_TO_QUEUE], together: 'the subscription names the queue, whose policy names the topic' },
  'rule sends to queue': { services: [EVENTS_TO_QUEUE] },
  'rule publishes to topic': { services: [EVENTS_TO_TOPIC] },
  'rule invokes function, undelivered to queue': { services: [EVENTS_TO_QUEUE], together: 'the rule names the function, whose permission names the rule' },
};

const KEY_ARN = { 'Fn::GetAtt': ['Key961B73FD', 'Arn'] };
const IMPORTED_KEY_ARN = { 'Fn::ImportValue': 'Keys:ExportsOutputFnGetAttKey961B73FDArn5A860C43' };

describe.each(Object.entries(FLAGS))('one key for both ends of a wiring, with %s', (_, context) => {
  describe.each(STACKS)('in %s', (stacks) => {
    const possible = Object.keys(WIRINGS).filter((name) => stacks !== 'three stacks' || !EXPECTED[name].together);

    test.each(possible)('%s: no cycle, and each permission that is needed', (name) => {
      const { app, keys, producer, consumer, key } = layout(stacks, context, ourKey);
      const { services = [], role } = EXPECTED[name];

      WIRINGS[name]({ producer, consumer, key });

      expect(cyclesOf(app.synth())).toEqual([]);
      expect(serviceAccess(keys)).toEqual(services);
      const roles = Object.entries({ ...keyActionsByRole(producer), ...keyActionsByRole(consumer) });
      expect(roles.filter(([, actions]) => actions.length > 0)).toEqual(role ? [['FunctionServiceRole675BB04A', role]] : []);
      const users = [...new Set([producer, consumer])];
      expect(users.flatMap((stack) => kmsResources(stack))).toEqual(role ? [stacks === 'one stack' ? KEY_ARN : IMPORTED_KEY_ARN] : []);
    });
  });

  test.each(Object.keys(EXPECTED).filter((name) => EXPECTED[name].together))('fails in three stacks without any key: %s', (name) => {
    const { app, producer, consumer } = layout('three stacks', FLAGS['all recommended flags'], () => undefined);

    const synth = () => {
      WIRINGS[name]({ producer, consumer });
      app.synth();
    };

    expect(synth).toThrow(/cyclic reference/);
  });
});
