import { STREAM_STANDARD } from '../../src/standard/stream-standard';

describe('the numbers of Amazon Kinesis Data Streams', () => {
  test('a name has at most 128 characters', () => {
    expect(STREAM_STANDARD.nameLength).toBe(128);
  });

  test('a record is kept for 24 hours to 365 days', () => {
    expect(STREAM_STANDARD.retentionHours).toEqual({ min: 24, max: 8760 });
  });
});
