// The CDK's own tables call what it deprecated, and say so for every one of them.
process.env.JSII_DEPRECATED ??= 'quiet';
// From 2.262 on, the CDK validates every synthesized template by default, which costs seconds in each test file.
process.env.CDK_VALIDATION ??= 'false';
