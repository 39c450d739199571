import { Construct } from 'constructs';
import { FLAGS } from '../support/feature-flags';
import { keyPolicyOf } from '../support/key-policies';
import { STACKS, layout, ourKey } from '../support/layouts';
import { WIRINGS } from '../support/wirings';

// Law 9: what we render does not depend on CDK feature flags.

function keyPolicyWith(context: Record<string, unknown>, stacks: (typeof STACKS)[number]): string {
  const { keys, producer, key } = layout(stacks, context, ourKey);
  for (const [name, wire] of Object.entries(WIRINGS)) {
    wire({ producer: new Construct(producer, `${name}, producer`), consumer: new Construct(producer, `${name}, consumer`), key });
  }
  return JSON.stringify(keyPolicyOf(keys));
}

test.each(['one stack', 'two stacks'] as const)('the key policy of every wiring in %s is the same, byte for byte, with all flags and with none', (stacks) => {
  const without = keyPolicyWith(FLAGS['no flags'], stacks);

  expect(keyPolicyWith(FLAGS['all recommended flags'], stacks)).toBe(without);
  expect(without).toContain('"cloudwatch.amazonaws.com"');
});

test('the key policy is the same with each of the flags that touch keys and what is wired to them', () => {
  const flags = Object.entries(FLAGS['all recommended flags']).filter(([flag]) => /kms|sqs|sns|s3|events|lambda|iam|CrossStack|aspect/.test(flag));
  const without = keyPolicyWith({}, 'one stack');

  const different = flags.filter(([flag, value]) => keyPolicyWith({ [flag]: value }, 'one stack') !== without);

  expect(flags.length).toBeGreaterThan(20);
  expect(different).toEqual([]);
}, 60_000);
