import { mkdirSync, writeFileSync } from 'node:fs';
import type { Kind, Measurement } from './measurement';
import { expectationOf, type Placement, type Scenario } from './scenario';

/** What came of the scenarios with the key in one place. */
export interface Figures {
  readonly scenarios: number;
  /** Templates that CloudFormation refuses for a circular dependency, and apps that the CDK does. */
  readonly cycles: number;
  /** Scenarios in which a service or a role lacks a permission, and nothing says so. */
  readonly silentGaps: number;
  /** The same, but a warning of ours says what to add. */
  readonly toldGaps: number;
  /** Scenarios in which a service is let in for whomever it acts. */
  readonly unbound: number;
  /** Scenarios that AWS does not carry out, and that are refused with a code and what to do. */
  readonly documentedErrors: number;
  /** Other errors. */
  readonly otherErrors: number;
}

export interface Scoreboard {
  add(scenario: Scenario, measured: Measurement): void;
  figures(): Figures;
  /** The names behind the figures. */
  lists(): Readonly<Record<Exclude<keyof Figures, 'scenarios'>, readonly string[]>>;
  print(): void;
}

export function scoreboard(placement: Placement, kind: Kind): Scoreboard {
  const rows: Array<{ scenario: Scenario; measured: Measurement }> = [];
  const names = (holds: (scenario: Scenario, measured: Measurement) => boolean) =>
    rows.filter(({ scenario, measured }) => holds(scenario, measured)).map(({ scenario }) => scenario.name);
  const lists = () => ({
    cycles: names((_, { cycles }) => cycles.length > 0),
    silentGaps: names((scenario, measured) => lacks(scenario, placement, measured) && measured.warnings.length === 0),
    toldGaps: names((scenario, measured) => lacks(scenario, placement, measured) && measured.warnings.length > 0),
    unbound: names((_, { services }) => services.some(({ who, when }) => /\.amazonaws\.com$/.test(who) && !when)),
    documentedErrors: names((scenario, { error }) => error !== undefined && error === expectationOf(scenario, placement).error),
    otherErrors: names((scenario, { error }) => error !== undefined && error !== expectationOf(scenario, placement).error),
  });
  const figures = (): Figures => {
    const { cycles, silentGaps, toldGaps, unbound, documentedErrors, otherErrors } = lists();
    return {
      scenarios: rows.length,
      cycles: cycles.length,
      silentGaps: silentGaps.length,
      toldGaps: toldGaps.length,
      unbound: unbound.length,
      documentedErrors: documentedErrors.length,
      otherErrors: otherErrors.length,
    };
  };
  return {
    add: (scenario, measured) => void rows.push({ scenario, measured }),
    figures,
    lists,
    print: () => {
      const cells = Object.entries(figures()).map(([name, count]) => `${name} ${count}`);
      process.stdout.write(`${kind}, ${placement}: ${cells.join(', ')}\n`);
      mkdirSync('reports', { recursive: true });
      const file = `reports/scenarios, ${kind}, ${placement}.json`.replaceAll(', ', '-').replaceAll(' ', '-');
      writeFileSync(file, `${JSON.stringify({ kind, placement, figures: figures(), scenarios: lists() }, null, 2)}\n`);
    },
  };
}

/** Whether a service or a role lacks what the scenario needs, by the key policy or by IAM. */
function lacks(scenario: Scenario, placement: Placement, measured: Measurement): boolean {
  if (measured.cycles.length > 0 || measured.error !== undefined) {
    return false;
  }
  const { services = [], roles = {}, conditionedRoles = {} } = expectationOf(scenario, placement);
  const conditioned = Object.entries(conditionedRoles).map(([path, uses]) => [path, uses.flatMap(({ actions }) => actions)] as const);
  return (
    services.filter(({ who }) => !ACCOUNT.test(who)).some(({ who, actions }) => isMissing(actions, ofService(measured, who))) ||
    [...Object.entries(roles), ...conditioned].some(([path, actions]) => isMissing(actions, ofRole(measured, path)))
  );
}

/** What is written for an account is about its IAM policies, and lets nobody in by itself. */
const ACCOUNT = /^\d{12}$/;

function ofService({ services }: Measurement, name: string): readonly string[] {
  return services.filter(({ who }) => who === name).flatMap(({ actions }) => actions);
}

/** A role that the key policy names needs no IAM statement; the name of an unnamed state machine is empty, and no machine's. */
function ofRole({ services, roles, conditionedRoles }: Measurement, path: string): readonly string[] {
  const named = services.filter(({ who }) => /^<\w+\.Arn>$/.test(who)).flatMap(({ actions }) => actions);
  const conditioned = (conditionedRoles[path] ?? []).filter(({ when }) => !JSON.stringify(when).includes(':stateMachine:"'));
  return [...named, ...(roles[path] ?? []), ...conditioned.flatMap(({ actions }) => actions)];
}

function isMissing(needed: readonly string[], got: readonly string[]): boolean {
  return essential(needed).some((action) => !got.some((pattern) => allows(pattern, action)));
}

/** What AWS documents with a wildcard counts by its first action, and `kms:DescribeKey` only where nothing else is needed. */
function essential(actions: readonly string[]): readonly string[] {
  const withoutVariants = actions.includes('kms:GenerateDataKey') ? actions.filter((action) => !/GenerateDataKey.+/.test(action)) : actions;
  const without = withoutVariants.filter((action) => action !== 'kms:DescribeKey');
  return without.length > 0 ? without : actions;
}

function allows(pattern: string, action: string): boolean {
  return pattern.endsWith('*') ? action.startsWith(pattern.slice(0, -1)) : pattern === action;
}
