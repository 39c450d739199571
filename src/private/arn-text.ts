/**
 * An ARN as text. What is known at deployment only stands as a placeholder, such as `<AccountId>`: the same value has the
 * same one.
 *
 * @internal
 */
export function arnText(value: any): string {
  if (typeof value === 'string') {
    return value;
  }
  const { 'Fn::Join': join, 'Fn::Sub': substitution, Ref: reference } = value ?? {};
  if (Array.isArray(join?.[1])) {
    return join[1].map(arnText).join(join[0]);
  }
  if (typeof substitution === 'string') {
    return substitution.replace(/\$\{([^}]*)\}/g, (_, name) => placeholder(name));
  }
  return placeholder(String(reference ?? JSON.stringify(value)));
}

/** Without colons, which would part an ARN, and without wildcards. */
function placeholder(text: string): string {
  return `<${text.replace(/^AWS::/, '').replace(/[:*?<>]/g, ' ')}>`;
}
