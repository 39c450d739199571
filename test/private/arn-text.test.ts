import { arnText } from '../../src/private/arn-text';

describe('arnText', () => {
  test.each([
    ['arn:aws:iam::111111111111:root', 'arn:aws:iam::111111111111:root'],
    [{ 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':iam::', { Ref: 'AWS::AccountId' }, ':root']] }, 'arn:<Partition>:iam::<AccountId>:root'],
    [{ 'Fn::Join': [':', ['arn', 'aws', 'iam']] }, 'arn:aws:iam'],
    [{ 'Fn::Sub': 'arn:${AWS::Partition}:iam::${AWS::AccountId}:role/x' }, 'arn:<Partition>:iam::<AccountId>:role/x'],
    [{ Ref: 'AWS::AccountId' }, '<AccountId>'],
    [{ Ref: 'Account' }, '<Account>'],
    [{ 'Fn::Sub': 'role/${Name}' }, 'role/<Name>'],
  ])('of %j is %s', (value, text) => {
    expect(arnText(value)).toBe(text);
  });

  test.each([{ 'Fn::ImportValue': 'Name' }, { 'Fn::GetAtt': ['Role', 'Arn'] }, { 'Fn::Join': ['', { Ref: 'Parts' }] }, { Ref: 'a:b*' }])(
    'of %j is a placeholder that parts no ARN and matches nothing by itself',
    (value) => {
      expect(arnText(value)).toMatch(/^<[^:*?<>]+>$/);
    },
  );

  test('takes a joined list of a parameter for text that is not known', () => {
    expect(() => arnText({ 'Fn::Join': [',', { Ref: 'Accounts' }] })).not.toThrow();
  });
});
