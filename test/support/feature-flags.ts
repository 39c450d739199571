import recommended from 'aws-cdk-lib/recommended-feature-flags.json';

/** The contexts that the laws hold for: a project as `cdk init` makes it, and one without any feature flag. */
export const FLAGS: Record<'all recommended flags' | 'no flags', Record<string, unknown>> = { 'all recommended flags': recommended, 'no flags': {} };
