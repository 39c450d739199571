import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Construct } from 'constructs';
import * as checks from './api-checks';

const ASSEMBLY = join(__dirname, '..', '..', '.jsii');

function assemblyOfThisLibrary(): checks.Assembly {
  if (!existsSync(ASSEMBLY)) throw new Error('.jsii is missing: run npx projen compile');
  return JSON.parse(readFileSync(ASSEMBLY, 'utf8'));
}

function isConstruct(fqn: string): boolean {
  const found = fqn.split('.').slice(1).reduce((module: any, name) => module?.[name], jest.requireActual('../../src/index'));
  if (!found) throw new Error(`${fqn} is in .jsii but not in src/index.ts: run npx projen compile`);
  return found.prototype instanceof Construct;
}

const STRING = { primitive: 'string' };
const UNION = { union: { types: [STRING, { primitive: 'number' }] } };
const docs = { summary: 'Documented.' };

/** An assembly of one type, `lib.Bad`, which a check must find fault with. */
function bad(type: Partial<checks.Type>): checks.Assembly {
  const whole = { fqn: 'lib.Bad', name: 'Bad', kind: 'class', docs, ...type };
  return {
    name: 'lib',
    types: { 'lib.Bad': whole, 'lib.Good': { fqn: 'lib.Good', name: 'Good', kind: 'interface', datatype: true, docs } },
  };
}

describe('every optional property of a struct says its default', () => {
  const check = checks.optionalPropertiesSayTheirDefault;

  test('in this library', () => expect(check(assemblyOfThisLibrary())).toEqual([]));

  test('and a silent one is found', () => {
    const properties = [
      { name: 'required', type: STRING, docs },
      { name: 'said', type: STRING, optional: true, docs: { default: 'none' } },
      { name: 'silent', type: STRING, optional: true, docs },
    ];
    expect(check(bad({ kind: 'interface', datatype: true, properties }))).toEqual(['Bad.silent']);
  });
});

describe('every optional parameter says its default', () => {
  const check = checks.optionalParametersSayTheirDefault;

  test('in this library', () => expect(check(assemblyOfThisLibrary())).toEqual([]));

  test('and a silent one is found', () => {
    const parameters = [
      { name: 'required', type: STRING },
      { name: 'struct', type: { fqn: 'lib.Good' }, optional: true },
      { name: 'said', type: STRING, optional: true, docs: { summary: 'the name (default: the id).' } },
      { name: 'silent', type: STRING, optional: true, docs },
    ];
    expect(check(bad({ initializer: { parameters }, methods: [{ name: 'add', parameters }, { name: 'put', parameters, overrides: 'lib.Good' }] })))
      .toEqual(['Bad.constructor(silent)', 'Bad.add(silent)']);
  });
});

describe('there is no union type', () => {
  const check = checks.noUnions;

  test('in this library', () => expect(check(assemblyOfThisLibrary())).toEqual([]));

  test('and one is found wherever it hides', () => {
    expect(check(bad({
      initializer: { parameters: [{ name: 'scope', type: UNION }] },
      properties: [{ name: 'list', type: { collection: { elementtype: UNION } } }, { name: 'fine', type: STRING }],
      methods: [
        { name: 'takes', parameters: [{ name: 'it', type: UNION }] },
        { name: 'gives', returns: { type: UNION } },
        { name: 'neither', returns: { type: STRING } },
      ],
    }))).toEqual(['Bad.list', 'Bad.constructor', 'Bad.takes', 'Bad.gives']);
  });
});

describe('no props take an ARN where a construct is meant', () => {
  const check = checks.noArnStringsInProps;

  test('in this library', () => expect(check(assemblyOfThisLibrary())).toEqual([]));

  test('and one is found', () => {
    const properties = [
      { name: 'keyArn', type: STRING },
      { name: 'roleArns', type: { collection: { elementtype: STRING } } },
      { name: 'arn', type: STRING },
      { name: 'key', type: { fqn: 'aws-cdk-lib.aws_kms.IKey' } },
    ];
    expect(check(bad({ name: 'BadProps', kind: 'interface', datatype: true, properties })))
      .toEqual(['Bad.keyArn', 'Bad.roleArns', 'Bad.arn']);
  });
});

describe('everything public has a summary', () => {
  const check = checks.everythingHasASummary;

  test('in this library', () => expect(check(assemblyOfThisLibrary())).toEqual([]));

  test('and what has none is found', () => {
    expect(check(bad({
      docs: {},
      properties: [{ name: 'property', type: STRING }, { name: 'inherited', type: STRING, overrides: 'lib.Good' }],
      methods: [{ name: 'method' }, { name: 'documented', docs }],
      members: [{ name: 'MEMBER' }],
    }))).toEqual(['Bad', 'Bad.property', 'Bad.method', 'Bad.MEMBER']);
  });
});

describe('every method named grant… returns a Grant', () => {
  const check = checks.grantsReturnAGrant;

  test('in this library', () => expect(check(assemblyOfThisLibrary())).toEqual([]));

  test('and another return type is found', () => {
    expect(check(bad({
      methods: [
        { name: 'grant' },
        { name: 'grantEncrypt', returns: { type: { fqn: 'lib.Good' } } },
        { name: 'grantDecrypt', returns: { type: { fqn: 'aws-cdk-lib.aws_iam.Grant' } } },
        { name: 'grantees' },
      ],
    }))).toEqual(['Bad.grant', 'Bad.grantEncrypt']);
  });
});

describe('every construct is made from scope, id and props', () => {
  test('in this library', () => expect(checks.constructorsAreScopeIdProps(isConstruct)(assemblyOfThisLibrary())).toEqual([]));

  const scope = { name: 'scope', type: { fqn: 'constructs.Construct' } };
  const id = { name: 'id', type: STRING };
  const props = { name: 'props', type: { fqn: 'lib.BadProps' }, optional: true };

  test.each([
    ['nothing', []],
    ['no id', [scope]],
    ['another order', [id, scope, props]],
    ['another type of scope', [{ ...scope, type: { fqn: 'aws-cdk-lib.Stack' } }, id, props]],
    ['loose arguments instead of props', [scope, id, { name: 'keyName', type: STRING }]],
    ['an argument after props', [scope, id, props, id]],
  ])('and %s is found', (_, parameters) => {
    expect(checks.constructorsAreScopeIdProps(() => true)(bad({ initializer: { parameters } }))).toEqual(['Bad']);
  });

  test.each([
    ['props', [scope, id, props]],
    ['no props', [scope, id]],
  ])('and %s will do', (_, parameters) => {
    expect(checks.constructorsAreScopeIdProps(() => true)(bad({ initializer: { parameters } }))).toEqual([]);
  });

  test('and other classes may be made from what they like', () => {
    expect(checks.constructorsAreScopeIdProps(() => false)(bad({ initializer: { parameters: [id] } }))).toEqual([]);
  });
});
