/** A value of a template with its intrinsics as text: `<Id>` and `<Id.Attribute>` for references, `<Function ...>` for other functions. */
export function asText(value: any): any {
  if (Array.isArray(value)) {
    return value.map(asText);
  }
  if (typeof value !== 'object' || value === null) {
    return value;
  }
  const [[name, argument], ...others] = Object.entries<any>(value);
  if (others.length > 0 || !/^(Ref|Fn::\w+)$/.test(name ?? '')) {
    return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, asText(child)]));
  }
  switch (name) {
    case 'Ref':
      return `<${argument}>`;
    case 'Fn::GetAtt':
      return `<${argument.join('.')}>`;
    case 'Fn::Join':
      return argument[1].map(asText).join(argument[0]);
    case 'Fn::Sub':
      return String(argument).replace(/\$\{([\w:.]+)\}/g, '<$1>');
    default:
      return `<${name.slice('Fn::'.length)} ${JSON.stringify(argument)}>`;
  }
}
