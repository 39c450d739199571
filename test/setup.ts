// From 2.262 on, the CDK validates every synthesized template by default, which costs seconds in each test file.
process.env.CDK_VALIDATION ??= 'false';
