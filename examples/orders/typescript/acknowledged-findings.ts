import { Validations, type CfnElement } from 'aws-cdk-lib/core';
import type { IConstruct } from 'constructs';
import type { OrdersStack } from './orders-stack';

const AWS_SOLUTIONS = 'AwsSolutions';
const HIPAA = 'HIPAA.Security';
const NIST = 'NIST.800.53.R5';
const PCI = 'PCI.DSS.321';

/**
 * What the rule packs of cdk-nag find in the orders and we accept, each with the reason. Everything else is designed away.
 */
export function acknowledgeFindings(stack: OrdersStack): void {
  const { uploads, importFunction, importRole } = stack;

  acknowledge(uploads, 'S3BucketReplicationEnabled', [HIPAA, NIST, PCI],
    'an order can be uploaded again, and the access logs serve this Region only; a copy in a second Region is not asked for');
  acknowledge(uploads.serverAccessLogsBucket!, 'S3DefaultEncryptionKMS', [HIPAA, NIST, PCI],
    'Amazon S3 delivers no server access logs to a bucket that is encrypted with a KMS key by default; it has SSE-S3');

  acknowledge(importFunction, 'LambdaConcurrency', [HIPAA, NIST],
    'its event source runs ten of it at most; concurrency that is reserved would be taken from the rest of the account');
  acknowledge(importFunction, 'LambdaDLQ', [HIPAA, NIST],
    'only asynchronous calls use it; what comes from the queue and fails goes to the dead-letter queue of that queue');
  acknowledge(importFunction, 'LambdaInsideVPC', [HIPAA, NIST, PCI],
    'it calls Amazon S3, DynamoDB and SQS only, by TLS and with its role; there is nothing in a VPC for it to reach');

  const inline = 'the CDK writes grants into a policy of the role: it serves that role only, and goes with it';
  acknowledge(importRole, 'IAMNoInlinePolicy', [HIPAA, NIST, PCI], inline);
  acknowledge(uploads, 'IAMNoInlinePolicy', [HIPAA, NIST, PCI], inline);
  const objects = `Resource::<${stack.getLogicalId(uploads.bucket.node.defaultChild as CfnElement)}.Arn>/*`;
  acknowledge(importRole, `IAM5[${objects}]`, [AWS_SOLUTIONS], 'it reads every upload, whose names are not known before; it reads nothing else');

  const notificationsHandler = stack.node.findChild('BucketNotificationsHandler050a0587b7544547bf325f094a3db834');
  acknowledge(notificationsHandler, 'IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole]', [AWS_SOLUTIONS],
    'a function of the CDK that sets up the notifications at deployment; the managed policy lets it write its logs');
}

function acknowledge(construct: IConstruct, rule: string, packs: string[], reason: string): void {
  for (const id of packs.map((pack) => `${pack}-${rule}`)) {
    if (id.split('::').length > 2) {
      // aws-cdk-lib 2.258 refuses such an id in acknowledge(), later ones take it. This is what it records.
      construct.node.addMetadata(Validations.ACKNOWLEDGED_RULES_METADATA_KEY, { [id]: reason });
    } else {
      Validations.of(construct).acknowledge({ id, reason });
    }
  }
}
