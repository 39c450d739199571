import { KEY_STANDARD, LONGEST } from '../../src/standard/key-standard';

describe('the numbers of AWS KMS', () => {
  test('the rotation period is 90 to 2560 days, 365 if nobody says', () => {
    expect(KEY_STANDARD.rotationDays).toEqual({ min: 90, max: 2560, default: 365 });
  });

  test('the pending window is 7 to 30 days: the longest for what is retained, the shortest for what is not', () => {
    expect(KEY_STANDARD.pendingWindowDays).toEqual({ min: 7, max: 30, retained: 30, ephemeral: 7 });
  });

  test('deletion is denied below 1 to 3650 days without use, 90 if nobody says', () => {
    expect(KEY_STANDARD.deletionProtectionDays).toEqual({ min: 1, max: 3650, default: 90 });
  });

  test('an alias has 1 to 256 characters, and a key at most 50 of them', () => {
    expect(KEY_STANDARD.aliasLength).toEqual({ min: 1, max: 256 });
    expect(KEY_STANDARD.aliasesPerKey).toBe(50);
  });

  test('a description has at most 8192 characters', () => {
    expect(KEY_STANDARD.descriptionLength).toBe(8192);
  });

  test('a key policy has at most 32 KiB, and we warn from four fifths', () => {
    expect(KEY_STANDARD.policyBytes).toBe(32768);
    expect(KEY_STANDARD.policyWarningShare).toBe(0.8);
  });
});

describe('the longest values that CloudFormation fills in', () => {
  test('an account id has 12 digits', () => {
    expect(LONGEST.accountId).toBe(12);
  });

  test.each(['aws', 'aws-cn', 'aws-us-gov', 'aws-iso', 'aws-iso-b', 'aws-iso-e', 'aws-iso-f', 'aws-eusc'])('the partition %s is not longer', (partition) => {
    expect(partition.length).toBeLessThanOrEqual(LONGEST.partition);
  });

  test.each(['ap-southeast-1', 'us-gov-west-1', 'us-isob-east-1', 'us-isof-south-1', 'eusc-de-east-1'])('the Region %s is not longer', (region) => {
    expect(region.length).toBeLessThanOrEqual(LONGEST.region);
  });

  test.each(['amazonaws.com', 'amazonaws.com.cn', 'amazonaws.eu', 'c2s.ic.gov', 'sc2s.sgov.gov', 'cloud.adc-e.uk', 'csp.hci.ic.gov'])('the domain %s is not longer', (domain) => {
    expect(domain.length).toBeLessThanOrEqual(LONGEST.urlSuffix);
  });

  test("a role's ARN has a path of up to 512 and a name of up to 64 characters", () => {
    expect(LONGEST.roleArn).toBe(37 + 512 + 64);
  });

  test('anything else is taken for a parameter, whose value has up to 4096 bytes', () => {
    expect(LONGEST.value).toBe(4096);
  });
});
