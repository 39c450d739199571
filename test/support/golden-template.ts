import { Template } from 'aws-cdk-lib/assertions';
import type { Stack } from 'aws-cdk-lib/core';

/** The template of a stack without what every stack has and what belongs to a version of the CDK. */
export function goldenTemplate(stack: Stack): object {
  const { Parameters = {}, Rules = {}, ...template } = Template.fromStack(stack).toJSON();
  const { BootstrapVersion: _version, ...parameters } = Parameters;
  const { CheckBootstrapVersion: _check, ...rules } = Rules;
  return masked({ ...template, ...given('Parameters', parameters), ...given('Rules', rules) });
}

function given(name: string, section: object): object {
  return Object.keys(section).length > 0 ? { [name]: section } : {};
}

function masked(value: any): any {
  if (typeof value === 'string') {
    return value.replace(/[0-9a-f]{64}/g, '<asset>');
  }
  if (Array.isArray(value)) {
    return value.map(masked);
  }
  return typeof value === 'object' && value !== null
    ? Object.fromEntries(Object.entries(value).map(([name, child]) => [name, masked(child)]))
    : value;
}
