import { Aspects, Stage, type IAspect } from 'aws-cdk-lib/core';
import { Construct, type IConstruct } from 'constructs';
import { makePoliciesExact } from './exact-policies';
import { KeyFinder } from './key-finder';
import { ResourceIndex } from './resource-index';
import { ServiceDiscovery, type FoundWiring } from './service-discovery';
import type { KeyDiscovery, WiredKey } from './wired-key';

/** The last child of a Stage: reached when every aspect has seen every other construct. */
const LAST = 'CdkKmsWiring';

/**
 * Discovers, once a Stage is built, which services and roles reach which of its keys.
 *
 * It is an aspect, since only aspects run when the tree is complete and references can still be made; it works at a
 * child that it adds to the end of the tree, since an aspect of the Stage itself would run before all others. Its
 * priority is the first, so that aspects that other aspects add later do not come "too late".
 *
 * @internal
 */
export class KeyWiring implements IAspect {
  /** The wiring of the Stage that a construct belongs to. */
  public static of(construct: IConstruct): KeyWiring {
    const stage = Stage.of(construct) ?? construct.node.root;
    const installed = Aspects.of(stage).all.find((aspect): aspect is KeyWiring => aspect instanceof KeyWiring);
    const wiring = installed ?? new KeyWiring(stage);
    if (!installed) {
      Aspects.of(stage).add(wiring, { priority: 0 });
    }
    return wiring;
  }

  /** Constructs came after the services were discovered, as from aspects that other aspects add. */
  private outdated = false;

  private constructor(private readonly stage: IConstruct) {}

  public visit(node: IConstruct): void {
    if (node === this.stage && !node.node.tryFindChild(LAST)) {
      new Construct(this.stage as Construct, LAST);
    } else if (node.node.id === LAST && node.node.scope === this.stage) {
      this.wire();
    } else {
      this.outdated = true;
    }
  }

  /** Discovers services again if the tree has grown since; it is too late for IAM statements then. */
  public refresh(): void {
    if (this.outdated && this.stage.node.tryFindChild(LAST)) {
      this.discover();
    }
  }

  /** Discovers services in the tree as it is now. */
  public update(): void {
    this.discover();
  }

  private wire(): void {
    const { index, keys, discovery, wirings } = this.discover();
    for (const wiring of wirings) {
      const role = discovery.roleOf(wiring);
      if (role === 'unknown') {
        wiring.key._usedByUnknown(wiring.declaredBy, wiring.actions);
      } else if (role) {
        wiring.key._usedBy(role, wiring.actions);
      }
    }
    discovery.movedUses().forEach(({ key, role, actions }) => key._usedBy(role, actions));
    [...index.keys, ...keys.foreign.values()].forEach((key) => key._settle());
    // Only now are the permissions of constructs of the CDK in the policies of roles.
    discovery.permittedUses().forEach(({ key, role, actions }) => key._usedBy(role, actions, true));
    makePoliciesExact(index);
  }

  private discover(): { index: ResourceIndex; keys: KeyFinder; discovery: ServiceDiscovery; wirings: FoundWiring[] } {
    const index = new ResourceIndex(this.stage);
    const keys = new KeyFinder(index);
    const discovery = new ServiceDiscovery(index, keys);
    const wirings = discovery.wirings();
    const resources = groupByKey(discovery.protectedResources());
    const byKey = groupByKey(wirings);
    for (const key of [...index.keys, ...keys.foreign.values()]) {
      const own = byKey.get(key) ?? [];
      const found: KeyDiscovery = {
        reaches: own.flatMap((wiring) => [...discovery.reaches(wiring), ...discovery.linkedRoleReaches(wiring)]),
        resources: resources.get(key) ?? [],
        undelivered: own.filter(({ row }) => row.undelivered),
        index,
      };
      key._discovered(found);
    }
    this.outdated = false;
    return { index, keys, discovery, wirings };
  }
}

function groupByKey<T extends { readonly key: WiredKey }>(found: readonly T[]): Map<WiredKey, T[]> {
  const groups = new Map<WiredKey, T[]>();
  for (const one of found) {
    const group = groups.get(one.key);
    if (group) {
      group.push(one);
    } else {
      groups.set(one.key, [one]);
    }
  }
  return groups;
}
