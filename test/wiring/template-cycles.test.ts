import { templateCycles } from '../support/template-cycles';

// Every other test of cycles trusts this check, so it has to find them.

const resource = (Properties: object, more: object = {}) => ({ Type: 'AWS::Any', Properties, ...more });

test.each<[string, object]>([
  ['Ref', { Name: { Ref: 'B' } }],
  ['GetAtt as a list', { Name: { 'Fn::GetAtt': ['B', 'Arn'] } }],
  ['GetAtt as text', { Name: { 'Fn::GetAtt': 'B.Arn' } }],
  ['Sub of a name', { Name: { 'Fn::Sub': 'x-${B}' } }],
  ['Sub of an attribute', { Name: { 'Fn::Sub': '${AWS::Region}-${B.Arn}' } }],
  ['Sub with variables', { Name: { 'Fn::Sub': ['${V}', { V: { Ref: 'B' } }] } }],
  ['Join', { Name: { 'Fn::Join': ['', ['a', { 'Fn::GetAtt': ['B', 'Arn'] }]] } }],
])('a cycle by %s is found', (_, properties) => {
  const template = { Resources: { A: resource(properties), B: resource({ Other: { Ref: 'A' } }) } };

  expect(templateCycles(template)).toEqual(['Template/A -> Template/B -> Template/A']);
});

test('a cycle by DependsOn is found', () => {
  const template = { Resources: { A: resource({}, { DependsOn: ['B'] }), B: resource({}, { DependsOn: 'C' }), C: resource({ Name: { Ref: 'A' } }) } };

  expect(templateCycles(template)).toEqual(['Template/A -> Template/B -> Template/C -> Template/A']);
});

test('a resource that refers to itself is a cycle', () => {
  expect(templateCycles({ Resources: { A: resource({ Name: { Ref: 'A' } }) } })).toEqual(['Template/A -> Template/A']);
});

test('text, escapes, parameters and pseudo parameters are none', () => {
  const A = resource({ Text: 'B', Escaped: { 'Fn::Sub': '${!B}' }, Region: { Ref: 'AWS::Region' }, Parameter: { Ref: 'P' } });

  expect(templateCycles({ Parameters: { P: { Type: 'String' } }, Resources: { A, B: resource({ Name: { Ref: 'A' } }) } })).toEqual([]);
});
