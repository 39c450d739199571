import { Key } from 'aws-cdk-lib/aws-kms';
import type { Stack } from 'aws-cdk-lib/core';
import { FLAGS } from '../support/feature-flags';
import { keyActionsByRole, serviceAccess } from '../support/key-policies';
import { layout } from '../support/layouts';
import { cyclesOf } from '../support/template-cycles';
import { WIRINGS } from '../support/wirings';

// A control experiment: the defects that the other tests look for are there with `kms.Key`, so that those tests can fail.

const RECOMMENDED = FLAGS['all recommended flags'];
const plainKey = (stack: Stack) => new Key(stack, 'Key');

describe('the same wirings with kms.Key', () => {
  test.each([
    ['bucket notifies queue', 'Keys/Key961B73FD -> Keys/Bucket83908E77 -> Keys/Key961B73FD'],
    ['topic delivers to queue', 'Keys/Key961B73FD -> Keys/TopicBFC7AF6E -> Keys/Key961B73FD'],
  ])('%s: a cycle in one template', (name, cycle) => {
    const { app, producer, consumer, key } = layout('one stack', RECOMMENDED, plainKey);

    WIRINGS[name]({ producer, consumer, key });

    expect(cyclesOf(app.synth())).toContain(cycle);
  });

  test.each(['bucket notifies queue', 'topic delivers to queue'])('%s: a cycle between two stacks', (name) => {
    const { app, producer, consumer, key } = layout('two stacks', RECOMMENDED, plainKey);

    WIRINGS[name]({ producer, consumer, key });

    expect(() => app.synth()).toThrow("'Keys' depends on 'Producer'");
  });

  test.each(['alarm reaches topic', 'topic posts, undelivered to queue'])('%s: no permission for the service', (name) => {
    const { keys, producer, consumer, key } = layout('one stack', RECOMMENDED, plainKey);

    WIRINGS[name]({ producer, consumer, key });

    expect(serviceAccess(keys)).toEqual([]);
  });

  test.each(['function leaves dead letters in queue', 'function leaves dead letters in topic'])('%s: no permission for the role', (name) => {
    const { keys, producer, consumer, key } = layout('one stack', RECOMMENDED, plainKey);

    WIRINGS[name]({ producer, consumer, key });

    expect(keyActionsByRole(keys)).toEqual({ FunctionServiceRole675BB04A: [] });
  });

  test('bucket notifies topic: a service that is not bound', () => {
    const { keys, producer, consumer, key } = layout('one stack', RECOMMENDED, plainKey);

    WIRINGS['bucket notifies topic']({ producer, consumer, key });

    expect(serviceAccess(keys)).toEqual([{ service: 's3.amazonaws.com', actions: ['kms:Decrypt', 'kms:GenerateDataKey'] }]);
  });
});
