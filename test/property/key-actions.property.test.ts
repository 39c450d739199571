import fc from 'fast-check';
import { exactActions } from '../../src/policy/key-actions';

const NAMES = [
  'CancelKeyDeletion', 'CreateAlias', 'CreateGrant', 'Decrypt', 'DescribeKey', 'Encrypt', 'GenerateDataKey', 'GenerateDataKeyPair',
  'GetKeyPolicy', 'GetPublicKey', 'ImportKeyMaterial', 'ListGrants', 'PutKeyPolicy', 'ReEncryptFrom', 'ReEncryptTo', 'Sign', 'Frobnicate',
];

const action = fc
  .tuple(fc.constantFrom('kms:', 'KMS:', '', 's3:'), fc.constantFrom(...NAMES), fc.nat({ max: 20 }), fc.constantFrom('', '*', '?', '??', '**'), fc.boolean())
  .map(([service, name, cut, wildcard, lower]) => {
    const shortened = wildcard === '' ? name : name.slice(0, cut % (name.length + 1));
    return `${service}${lower ? shortened.toLowerCase() : shortened}${wildcard}`;
  });
const actions = fc.array(fc.oneof(action, fc.constantFrom('*', 'kms:*', '?')), { maxLength: 6 });

test('an exact action is never a wildcard, and always one of AWS KMS', () => {
  fc.assert(
    fc.property(actions, (written) => {
      const { actions: exact } = exactActions(written);

      expect(exact.filter((name) => !/^kms:[A-Z][A-Za-z]+$/.test(name))).toEqual([]);
      expect(exact).toEqual([...new Set(exact)].sort());
    }),
    { numRuns: 1000 },
  );
});

test('what is exact stays what it is', () => {
  fc.assert(
    fc.property(actions, (written) => {
      const { actions: exact } = exactActions(written);

      expect(exactActions(exact)).toEqual({ actions: exact, expanded: [], impossible: [], unknown: [] });
    }),
  );
});

test('more written actions never give fewer exact ones', () => {
  fc.assert(
    fc.property(actions, actions, (some, more) => {
      const [fewer, all] = [exactActions(some).actions, exactActions([...some, ...more]).actions];

      expect(fewer.filter((name) => !all.includes(name))).toEqual([]);
    }),
  );
});

test('every written action is told: it is there, expanded, impossible or unknown', () => {
  fc.assert(
    fc.property(action, (written) => {
      const { actions: exact, expanded, impossible, unknown } = exactActions([written]);
      const itself = exact.some((name) => name.toLowerCase() === written.toLowerCase());

      expect([itself, expanded.includes(written), impossible.includes(written), unknown.includes(written)]).toContain(true);
      expect(exact.length === 0).toBe(impossible.length + unknown.length === 1);
    }),
  );
});
