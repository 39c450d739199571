import { Duration } from 'aws-cdk-lib/core';
import * as fc from 'fast-check';
import { CustomerManagedKey, EncryptedQueue, KeyRetention, KeyRotation } from 'cdk-kms-constructs';
import { testStack } from '../support/apps';

/** The code of the error that something fails with, or undefined. */
function codeOf(make: () => unknown): string | undefined {
  try {
    make();
    return undefined;
  } catch (error) {
    return /\[cdk-kms-constructs:(\w+)\]/.exec(String(error))?.[1] ?? `uncoded: ${error}`;
  }
}

test('a rotation period is taken exactly if it is whole days from 90 to 2560', () => {
  fc.assert(
    fc.property(fc.oneof(fc.integer({ min: 80, max: 100 }), fc.integer({ min: 2550, max: 2570 }), fc.nat(5000)), (days) => {
      const code = codeOf(() => new CustomerManagedKey(testStack(), 'Key', { rotation: KeyRotation.automatic(Duration.days(days)) }));

      expect({ days, code }).toEqual({ days, code: days >= 90 && days <= 2560 ? undefined : 'RotationPeriodOutOfRange' });
    }),
    { numRuns: 60 },
  );
});

test('a rotation period of hours is taken exactly if it is whole days in that range', () => {
  fc.assert(
    fc.property(fc.integer({ min: 89 * 24, max: 93 * 24 }), (hours) => {
      const code = codeOf(() => new CustomerManagedKey(testStack(), 'Key', { rotation: KeyRotation.automatic(Duration.hours(hours)) }));

      expect({ hours, code }).toEqual({ hours, code: hours % 24 === 0 && hours >= 2160 ? undefined : 'RotationPeriodOutOfRange' });
    }),
    { numRuns: 60 },
  );
});

test('protection from deletion is taken exactly if it is whole days from 1 to 3650', () => {
  fc.assert(
    fc.property(fc.oneof(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 3640, max: 3660 })), fc.boolean(), (days, half) => {
      const unusedFor = Duration.hours(days * 24 + (half ? 12 : 0));
      const code = codeOf(() => new CustomerManagedKey(testStack(), 'Key', { retention: KeyRetention.production(unusedFor) }));

      expect({ days, half, code }).toEqual({ days, half, code: !half && days >= 1 && days <= 3650 ? undefined : 'DeletionProtectionOutOfRange' });
    }),
    { numRuns: 60 },
  );
});

test('the pending window is always one that AWS KMS takes, from 7 to 30 days', () => {
  const choices = fc.oneof(
    fc.constant(KeyRetention.retain()),
    fc.constant(KeyRetention.ephemeral()),
    fc.integer({ min: 1, max: 3650 }).map((days) => KeyRetention.production(Duration.days(days))),
  );

  fc.assert(
    fc.property(choices, (retention) => {
      const days = retention.pendingWindow.toDays();

      expect(days === 7 || days === 30).toBe(true);
    }),
  );
});

test('a data key is reused for whole seconds from 60 to 86,400', () => {
  fc.assert(
    fc.property(fc.oneof(fc.integer({ min: 50, max: 70 }), fc.integer({ min: 86_390, max: 86_410 })), (seconds) => {
      const code = codeOf(() => new EncryptedQueue(testStack(), 'Queue', { dataKeyReuse: Duration.seconds(seconds) }));

      expect({ seconds, code }).toEqual({ seconds, code: seconds >= 60 && seconds <= 86_400 ? undefined : 'DataKeyReuseOutOfRange' });
    }),
    { numRuns: 60 },
  );
});
