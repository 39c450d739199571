import type { SynthesizedStack } from './synthesized-stacks';

/**
 * A value of a template as AWS will see it, as far as that is known before deployment: pseudo parameters are filled in,
 * other references stand in angle brackets.
 */
export function filledIn(value: any, stack: SynthesizedStack): any {
  if (Array.isArray(value)) {
    return value.map((element) => filledIn(element, stack));
  }
  if (typeof value !== 'object' || value === null) {
    return value;
  }
  const [[name, argument] = [], ...others] = Object.entries<any>(value);
  if (others.length === 0 && name === 'Ref') {
    return pseudoParameter(argument, stack);
  }
  if (others.length === 0 && name === 'Fn::Join') {
    return argument[1].map((part: any) => filledIn(part, stack)).join(argument[0]);
  }
  if (others.length === 0 && name === 'Fn::Sub' && typeof argument === 'string') {
    return argument.replace(/\$\{([^}]+)\}/g, (_, reference) => pseudoParameter(reference, stack));
  }
  if (others.length === 0 && name === 'Fn::GetAtt') {
    return `<${[argument].flat().join('.')}>`;
  }
  return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, filledIn(child, stack)]));
}

function pseudoParameter(name: string, { account, region }: SynthesizedStack): string {
  const known: Record<string, string> = {
    'AWS::AccountId': account,
    'AWS::Region': region,
    'AWS::Partition': 'aws',
    'AWS::URLSuffix': 'amazonaws.com',
  };
  return known[name] ?? `<${name}>`;
}
