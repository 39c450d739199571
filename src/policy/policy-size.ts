import { LONGEST } from '../standard/key-standard';

/** What CloudFormation fills in for a pseudo parameter, at its longest. */
const PSEUDO_PARAMETERS: Readonly<Record<string, number>> = {
  'AWS::AccountId': LONGEST.accountId,
  'AWS::Partition': LONGEST.partition,
  'AWS::Region': LONGEST.region,
  'AWS::URLSuffix': LONGEST.urlSuffix,
};

/**
 * The bytes of a policy as KMS receives it: compact JSON, every value that is known at deployment only taken at its
 * longest.
 *
 * @internal
 */
export function policyBytes(document: unknown): number {
  return Buffer.byteLength(JSON.stringify(longestForm(document)), 'utf8');
}

function longestForm(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(longestForm);
  }
  if (typeof value !== 'object' || value === null) {
    return value;
  }
  const entries = Object.entries(value);
  if (entries.length === 1) {
    const [[key, argument]] = entries;
    if (key === 'Ref' || key.startsWith('Fn::')) {
      return intrinsicText(key, argument);
    }
  }
  return Object.fromEntries(entries.map(([key, child]) => [key, longestForm(child)]));
}

function intrinsicText(name: string, argument: any): string {
  switch (name) {
    case 'Ref':
      return filler(PSEUDO_PARAMETERS[argument] ?? LONGEST.value);
    case 'Fn::Join':
      return !Array.isArray(argument[1]) ? filler(LONGEST.value) : argument[1].map((part: unknown) => longestForm(part)).join(argument[0]);
    case 'Fn::Sub':
      return typeof argument === 'string' ? substituted(argument) : filler(LONGEST.value);
    case 'Fn::ReferenceTo':
      return filler(argument.attribute === 'Arn' ? LONGEST.roleArn : LONGEST.value);
    default:
      return filler(LONGEST.value);
  }
}

function substituted(template: string): string {
  return template.replace(/\$\{([^}]*)\}/g, (_, name: string) => filler(PSEUDO_PARAMETERS[name] ?? LONGEST.value));
}

function filler(length: number): string {
  return 'x'.repeat(length);
}
