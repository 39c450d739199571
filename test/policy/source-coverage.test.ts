import { isCoveredBy } from '../../src/policy/source-coverage';

const arn = (rest: string) => ({ 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, `:${rest}`]] });
const DISTRIBUTIONS = { ArnLike: { 'aws:SourceArn': [arn('cloudfront::111111111111:distribution/*')] } };
const BUSES = {
  ArnLike: {
    'aws:SourceArn': [arn('events:eu-west-1:111111111111:event-bus/*')],
    'kms:EncryptionContext:aws:events:event-bus:arn': [arn('events:eu-west-1:111111111111:event-bus/*')],
  },
};

test.each([
  ['the same', { ArnLike: { 'aws:SourceArn': [arn('cloudfront::111111111111:distribution/*')] } }],
  ['one source', { ArnEquals: { 'aws:SourceArn': [arn('cloudfront::111111111111:distribution/E1')] } }],
  ['the key in other letters', { ArnLike: { 'AWS:SourceArn': [arn('cloudfront::111111111111:distribution/E1')] } }],
  ['a partition that is written out', { ArnLike: { 'aws:SourceArn': ['arn:aws:cloudfront::111111111111:distribution/E1'] } }],
  ['a condition besides', { ArnLike: { 'aws:SourceArn': [arn('cloudfront::111111111111:distribution/E1')] }, Bool: { 'aws:SecureTransport': ['true'] } }],
  [
    'the pseudo parameter of whoever wrote it',
    { ArnLike: { 'aws:SourceArn': [{ 'Fn::Join': ['', ['arn:aws:cloudfront::', { Ref: 'AWS::AccountId' }, ':distribution/*']] }] } },
  ],
])('%s is covered', (_, written) => {
  expect(isCoveredBy(written, DISTRIBUTIONS)).toBe(true);
});

test.each([
  ['another account', { ArnLike: { 'aws:SourceArn': [arn('cloudfront::222222222222:distribution/E1')] } }],
  ['one of two sources', { ArnLike: { 'aws:SourceArn': [arn('cloudfront::111111111111:distribution/E1'), arn('cloudfront::222222222222:distribution/E1')] } }],
  ['another condition key', { StringEquals: { 'aws:SourceAccount': ['111111111111'] } }],
  ['an exclusion', { ArnNotLike: { 'aws:SourceArn': [arn('cloudfront::111111111111:distribution/E1')] } }],
  ['what holds without a source too', { ArnLikeIfExists: { 'aws:SourceArn': [arn('cloudfront::111111111111:distribution/E1')] } }],
  ['nothing', {}],
])('%s is not covered', (_, written) => {
  expect(isCoveredBy(written, DISTRIBUTIONS)).toBe(false);
});

test('every condition key of the other must be there', () => {
  const source = { ArnEquals: { 'aws:SourceArn': [arn('events:eu-west-1:111111111111:event-bus/orders')] } };
  const both = { StringEquals: { ...source.ArnEquals, 'kms:EncryptionContext:aws:events:event-bus:arn': source.ArnEquals['aws:SourceArn'] } };

  expect([isCoveredBy(source, BUSES), isCoveredBy(both, BUSES)]).toEqual([false, true]);
});

test('a statement that lets in for whomever it acts covers none that is bound', () => {
  expect(isCoveredBy(DISTRIBUTIONS, {})).toBe(false);
});
