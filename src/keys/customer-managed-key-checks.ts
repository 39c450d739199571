import { Stack, Token } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { arnText } from '../private/arn-text';
import { arnLike } from '../private/arns';
import { Problems } from '../private/errors';
import { read } from '../private/template-reader';
import type { ViaService } from '../services/via-service';
import { KEY_STANDARD } from '../standard/key-standard';
import { checkAliasNames } from './alias-name';
import type { CustomerManagedKeyProps } from './customer-managed-key';
import { deployerArns } from './deployer-role';

type CheckedProps = CustomerManagedKeyProps & Required<Pick<CustomerManagedKeyProps, 'rotation' | 'retention' | 'grantCreation' | 'wiring'>>;

/**
 * Checks the props of a key before anything is built, and throws all that is wrong with them at once.
 *
 * @internal
 */
export function checkProps(scope: Construct, id: string, props: CheckedProps): void {
  const problems = new Problems(scope, id);
  props.rotation._check(problems);
  props.retention._check(problems);
  props.grantCreation._check(problems);
  props.wiring._check(problems);
  checkAliasNames(props.aliases ?? [], problems);
  checkDescription(props.description, problems);
  (props.administrators ?? []).forEach((principal) => principal._check(problems, 'administrators', Stack.of(scope).account));
  (props.deployers ?? []).forEach((principal) => principal._check(problems, 'deployers', Stack.of(scope).account));
  (props.viaServices ?? []).forEach((service) => checkViaService(service, problems));
  (props.trustedAccounts ?? []).forEach((account) => checkTrustedAccount(account, Stack.of(scope).account, problems));
  (props.trustedOrganizations ?? []).forEach((organization) => checkOrganization(organization, problems));
  problems.expect(props.grantCreation.forServicesOnly || !props.viaServices?.length, 'GrantsOutsideScope', () =>
    "'grantCreation' lets principals create grants, which work outside 'viaServices'; leave one of the two out");
  problems.throwIfAny();
  // Only when every principal is well-formed can they be compared.
  checkAdministratorsAreNotDeployers(scope, props, problems);
  problems.throwIfAny();
}

/** Administrators are kept out of the key's use, which deploying needs: a pattern that covers a deployer breaks it. */
function checkAdministratorsAreNotDeployers(scope: Construct, props: CheckedProps, problems: Problems): void {
  const { administrators = [], deployers = [] } = props;
  const text = (arn: string) => arnText(read(scope, arn).value);
  const deploying = (deployerArns(scope, deployers) ?? []).map(text);
  for (const administrator of administrators.map((principal) => text(principal._arn(scope)))) {
    const covered = deploying.find((deployer) => deployer !== administrator && arnLike(administrator, deployer));
    problems.expect(covered === undefined, 'AdministratorsIncludeDeployer', () =>
      `'administrators': the pattern '${administrator}' also matches the deploying role '${covered}', which needs to use the key; name the administrators more narrowly`);
  }
}

function checkDescription(description: string | undefined, problems: Problems): void {
  const max = KEY_STANDARD.descriptionLength;
  problems.expect(Token.isUnresolved(description) || (description ?? '').length <= max, 'DescriptionTooLong', () =>
    `'description' must have at most ${max} characters, got ${description?.length}`);
}

function checkViaService(service: ViaService, problems: Problems): void {
  problems.expect(service._isKnown, 'ViaServiceUnknown', () =>
    `'viaServices': '${service.name}' does not send kms:ViaService, so that a scope with it would deny every use; leave the scope out, or name the services of https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-via-service`);
}

/** @internal */
export function checkTrustedAccount(account: string, own: string, problems: Problems, prop: string = 'trustedAccounts'): void {
  problems.expect(Token.isUnresolved(account) || /^\d{12}$/.test(account), 'TrustedAccountInvalid', () =>
    `'${prop}' must hold account ids of 12 digits, got '${account}'`);
  problems.expect(account !== own, 'TrustedAccountIsOwn', () =>
    `'${prop}' must hold other accounts, got the key's own '${account}', whose IAM policies may give access already`);
}

/** @internal */
export function checkOrganization(organization: string, problems: Problems, prop: string = 'trustedOrganizations'): void {
  problems.expect(Token.isUnresolved(organization) || /^o-[a-z0-9]{10,32}$/.test(organization), 'OrganizationInvalid', () =>
    `'${prop}' must hold organization ids such as 'o-a1b2c3d4e5', without wildcards, got '${organization}'`);
}
