import { TOPIC_STANDARD } from '../../src/standard/topic-standard';

describe('the numbers of Amazon SNS', () => {
  test('a name has at most 256 characters, the suffix of FIFO topics included', () => {
    expect(TOPIC_STANDARD.nameLength).toBe(256);
    expect(TOPIC_STANDARD.fifoSuffix).toBe('.fifo');
  });

  test('a display name has at most 100 characters', () => {
    expect(TOPIC_STANDARD.displayNameLength).toBe(100);
  });
});
