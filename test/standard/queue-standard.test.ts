import { QUEUE_STANDARD } from '../../src/standard/queue-standard';

describe('the numbers of Amazon SQS', () => {
  test('a data key is used again for 60 seconds to 24 hours, an hour if nobody says', () => {
    expect(QUEUE_STANDARD.dataKeyReuseSeconds).toEqual({ min: 60, max: 86400, default: 3600 });
  });

  test('a name has at most 80 characters, the suffix of FIFO queues included', () => {
    expect(QUEUE_STANDARD.nameLength).toBe(80);
    expect(QUEUE_STANDARD.fifoSuffix).toBe('.fifo');
  });

  test('a message is received 1 to 1000 times before it is dead, 3 if nobody says', () => {
    expect(QUEUE_STANDARD.maxReceiveCount).toEqual({ min: 1, max: 1000, default: 3 });
  });

  test('a dead message is kept for 14 days, the longest', () => {
    expect(QUEUE_STANDARD.deadLetterRetentionDays).toBe(14);
  });
});
