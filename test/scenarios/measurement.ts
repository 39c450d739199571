import { Key, type CfnKey, type IKey } from 'aws-cdk-lib/aws-kms';
import { App, CfnResource, Stack } from 'aws-cdk-lib/core';
import type { CloudAssembly } from 'aws-cdk-lib/cx-api';
import { CustomerManagedKey } from '../../src/keys/customer-managed-key';
import { ImportedKey } from '../../src/keys/imported-key';
import { FLAGS } from '../support/feature-flags';
import { cyclesOf } from '../support/template-cycles';
import type { Access, ConditionedUse, Placement, Scenario } from './scenario';
import { asText } from './template-text';

export const APP = { account: '111111111111', region: 'eu-west-1' };
/** As `cdk init` makes a project, without the printed report. */
const CONTEXT = { ...FLAGS['all recommended flags'], '@aws-cdk/core:annotationsInValidationReport': false };
const OTHER_ACCOUNT = { account: '222222222222', region: 'eu-west-1' };
export const IMPORTED_ARN = 'arn:aws:kms:eu-west-1:111111111111:key/1234abcd-12ab-34cd-56ef-1234567890ab';

/** What a synthesis of a scenario came to. */
export interface Measurement {
  readonly cycles: readonly string[];
  /** The code of an error, or the message of one that has none. */
  readonly error?: string;
  readonly services: readonly Access[];
  readonly roles: Readonly<Record<string, readonly string[]>>;
  readonly conditionedRoles: Readonly<Record<string, readonly ConditionedUse[]>>;
  readonly warnings: readonly string[];
  /** Statements of the policy of every such key that are not as they are for a key that nobody uses. */
  readonly changed: readonly string[];
  /** Statements that the key policy holds a second time. */
  readonly repeated: readonly string[];
  /** How many statements the owner of an imported key has to add. */
  readonly statementsForOwner: number;
}

export type Kind = 'customer managed key' | 'plain key';

/** A scenario as it stands in its app. */
interface Built {
  readonly app: App;
  readonly users: Stack;
  readonly key: IKey;
}

export function measure(scenario: Scenario, placement: Placement, kind: Kind = 'customer managed key'): Measurement {
  const lists = { cycles: [], services: [], warnings: [], changed: [], repeated: [] };
  const nothing = { ...lists, roles: {}, conditionedRoles: {}, statementsForOwner: 0 };
  try {
    const built = build(scenario, placement, kind);
    const assembly = built.app.synth();
    const written = keyStatements(built.key, assembly);
    const statements = written.filter((statement) => !isOwn(statement));
    const statementsForOwner = built.key instanceof ImportedKey ? statements.length : 0;
    return {
      cycles: cyclesOf(assembly),
      services: accessOf(statements),
      ...uses(built, assembly),
      warnings: warnings(assembly, kind),
      changed: kind === 'plain key' ? [] : changed(written.filter(isOwn), placement),
      repeated: repeated(statements.map((statement) => JSON.stringify(statement))),
      statementsForOwner,
    };
  } catch (error) {
    const { message } = error as Error;
    return /cyclic reference|depends on/.test(message) ? { ...nothing, cycles: [message] } : { ...nothing, error: codeOf(message) };
  }
}

/** The key policy of a scenario with feature flags, as its template has it, or the error that it fails with. */
export function keyPolicyWith(context: Record<string, unknown>, scenario: Scenario): string {
  try {
    const { app, key } = build(scenario, 'key in the same stack', 'customer managed key', context);
    return JSON.stringify(keyStatements(key, app.synth()));
  } catch (error) {
    return codeOf((error as Error).message);
  }
}

function build({ wire }: Scenario, placement: Placement, kind: Kind, context: Record<string, unknown> = CONTEXT): Built {
  const app = new App({ context });
  const users = new Stack(app, 'App', { env: APP });
  const key = keyFor(app, users, placement, kind);
  wire(users, key, () => (kind === 'plain key' ? new Key(users, 'AnotherKey') : new CustomerManagedKey(users, 'AnotherKey')));
  return { app, users, key };
}

function keyFor(app: App, users: Stack, placement: Placement, kind: Kind): IKey {
  if (placement === 'imported key') {
    return kind === 'plain key' ? Key.fromKeyArn(users, 'Key', IMPORTED_ARN) : ImportedKey.fromKeyArn(users, 'Key', IMPORTED_ARN);
  }
  const env = placement === 'key in another account' ? OTHER_ACCOUNT : APP;
  const stack = placement === 'key in the same stack' ? users : new Stack(app, 'Keys', { env });
  const trustedAccounts = placement === 'key in another account' ? [APP.account] : [];
  return kind === 'plain key' ? new Key(stack, 'Key') : new CustomerManagedKey(stack, 'Key', { trustedAccounts });
}

/** Whom statements let in, however many say so. */
function accessOf(statements: readonly any[]): Access[] {
  return merged(
    statements.flatMap(({ Effect, Principal, Action, Condition }) =>
      Object.values<any>(Principal).flat().map((name: string): Access => ({
        who: Effect === 'Allow' ? name : `not ${name}`,
        actions: [Action].flat(),
        ...(Condition ? { when: Condition } : {}),
      })),
    ),
  );
}

function changed(own: readonly any[], placement: Placement): string[] {
  const { app, key } = build({ name: 'nobody', wire: () => undefined }, placement, 'customer managed key');
  const texts = (statements: readonly any[]) => statements.map((statement) => JSON.stringify(statement));
  const [before, now] = [texts(keyStatements(key, app.synth())), texts(own)];
  return [...now.filter((text) => !before.includes(text)), ...before.filter((text) => !now.includes(text))];
}

function repeated(texts: readonly string[]): string[] {
  return texts.filter((text, index) => texts.indexOf(text) < index);
}

/** One access for everybody and condition. */
export function merged(accesses: readonly Access[]): Access[] {
  const found = new Map<string, Access>();
  for (const access of accesses) {
    const id = JSON.stringify([access.who, access.when, access.actions.length > 0]);
    const actions = [...new Set([...(found.get(id)?.actions ?? []), ...access.actions])].sort();
    found.set(id, { ...access, actions });
  }
  return sorted([...found.values()]);
}

/** The statements of a key policy. */
function keyStatements(key: IKey, assembly: CloudAssembly): any[] {
  if (key instanceof ImportedKey) {
    return key.statementsForOwner.map((statement) => asText(Stack.of(key).resolve(statement.toStatementJson())));
  }
  const resource = key.node.defaultChild as CfnKey | undefined;
  if (!resource) {
    return [];
  }
  const stack = Stack.of(key);
  const { template } = assembly.getStackArtifact(stack.artifactId);
  return asText(template.Resources[stack.getLogicalId(resource)].Properties.KeyPolicy.Statement);
}

/** Whether a statement stands in the policy of every such key; what it says is a matter of other tests. */
function isOwn({ Sid, Action }: any): boolean {
  return OWN_IDS.includes(Sid) || Action === 'kms:*';
}

const OWN_IDS = ['KeyAdministration', 'KeyMetadata', 'KeyUse', 'ServiceGrants', 'GrantsForServicesOnly', 'TrustedAccounts'];

/** What IAM lets roles do with keys. */
function uses({ app, users, key }: Built, assembly: CloudAssembly): Pick<Measurement, 'roles' | 'conditionedRoles'> {
  const keyArn = asText(users.resolve(key.keyArn));
  const roles: Record<string, string[]> = {};
  const conditionedRoles: Record<string, ConditionedUse[]> = {};
  for (const resource of app.node.findAll().filter((node): node is CfnResource => CfnResource.isCfnResource(node))) {
    for (const { role, Action, Condition, Resource } of permissions(resource, assembly)) {
      const actions = [Action].flat().filter((action: string) => /^(kms:|\*)/.test(action)).sort();
      for (const arn of actions.length > 0 ? [Resource].flat() : []) {
        const name = arn === keyArn ? role : `${role} on ${arn}`;
        if (Condition) {
          conditionedRoles[name] = sorted([...(conditionedRoles[name] ?? []), { actions, when: Condition }]);
        } else {
          roles[name] = [...new Set([...(roles[name] ?? []), ...actions])].sort();
        }
      }
    }
  }
  return { roles, conditionedRoles };
}

/** The statements of a resource of IAM, with the role or user that they are for. */
function permissions(resource: CfnResource, assembly: CloudAssembly): any[] {
  const type = resource.cfnResourceType;
  if (!/^AWS::IAM::(Role|Policy|ManagedPolicy)$/.test(type)) {
    return [];
  }
  const stack = Stack.of(resource);
  const { template } = assembly.getStackArtifact(stack.artifactId);
  const properties = template.Resources[stack.getLogicalId(resource)].Properties;
  const isRole = type === 'AWS::IAM::Role';
  const documents = isRole ? (properties.Policies ?? []).map((policy: any) => policy.PolicyDocument) : [properties.PolicyDocument];
  const others = [...(properties.Roles ?? []), ...(properties.Users ?? [])];
  const holders = isRole ? [pathOf(resource)] : others.map((holder) => holderOf(stack, holder));
  const statements: any[] = documents.flatMap((document: any) => asText(document.Statement));
  return holders.flatMap((role) => statements.map((statement) => ({ ...statement, role })));
}

function holderOf(stack: Stack, holder: any): string {
  const resource = stack.node.findAll().find((node) => CfnResource.isCfnResource(node) && stack.getLogicalId(node) === holder.Ref);
  return resource ? pathOf(resource as CfnResource) : String(asText(holder));
}

/** The path of what made a resource, below its stack, without the hash that the CDK gives to the roles of schedules. */
function pathOf(resource: CfnResource): string {
  return resource.node.path.split('/').slice(1).join('/').replace(/\/Resource$/, '').replace(/-[0-9a-f]{6}$/, '');
}

/** The codes of our warnings, each as often as it was given; of a plain key, every warning about keys. */
function warnings(assembly: CloudAssembly, kind: Kind): string[] {
  const pattern = kind === 'plain key' ? /.*(kms|key).*/i : /cdk-kms-constructs:(\w+)/;
  return assembly.stacks
    .flatMap((stack) => stack.messages)
    .filter(({ level }) => level === 'warning')
    .flatMap(({ entry }) => pattern.exec(String(entry.data))?.[1] ?? [])
    .sort();
}

function codeOf(message: string): string {
  return /\[cdk-kms-constructs:(\w+)\]/.exec(message)?.[1] ?? message.split('\n')[0].slice(0, 120);
}

function sorted<T>(values: T[]): T[] {
  return values.sort((one, other) => (JSON.stringify(one) < JSON.stringify(other) ? -1 : 1));
}
