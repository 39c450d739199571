import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { LOG_GROUP_STANDARD } from '../../src/standard/log-group-standard';

describe('the numbers of Amazon CloudWatch Logs', () => {
  test('a name has at most 512 characters', () => {
    expect(LOG_GROUP_STANDARD.nameLength).toBe(512);
  });

  test('log events are kept for a year if nobody says, which is a period that the service knows', () => {
    expect(LOG_GROUP_STANDARD.retentionDays).toBe(365);
    expect(RetentionDays[LOG_GROUP_STANDARD.retentionDays]).toBe('ONE_YEAR');
  });
});
