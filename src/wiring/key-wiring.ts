import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Aspects, Stage, type IAspect } from 'aws-cdk-lib/core';
import { Construct, type IConstruct } from 'constructs';
import type { ServiceReach } from '../policy/service-binding';
import { makePoliciesExact } from './exact-policies';
import { ResourceIndex } from './resource-index';
import { warnRoleNotFound } from './role-policies';
import { findWirings, roleUse, serviceReach, type FoundWiring } from './service-discovery';
import type { WiredKey } from './wired-key';

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
  /** The wiring of the Stage that a key belongs to. */
  public static of(key: WiredKey): KeyWiring {
    const stage = Stage.of(key) ?? key.node.root;
    const installed = Aspects.of(stage).all.find((aspect): aspect is KeyWiring => aspect instanceof KeyWiring);
    const wiring = installed ?? new KeyWiring(stage);
    if (!installed) {
      Aspects.of(stage).add(wiring, { priority: 0 });
    }
    return wiring;
  }

  /** Constructs came after the services were discovered, as from aspects that other aspects add. */
  private outdated = false;
  private readonly warned = new Set<IConstruct>();

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
      this.discoverServices(new ResourceIndex(this.stage));
    }
  }

  private wire(): void {
    const index = new ResourceIndex(this.stage);
    for (const wiring of this.discoverServices(index)) {
      const use = roleUse(wiring, index);
      if (use?.role) {
        wiring.key._usedBy(use.role, use.actions);
      } else if (use) {
        this.warnOnce(wiring, use.actions);
      }
    }
    index.keys.forEach((key) => key._settle());
    makePoliciesExact(index);
  }

  /** The role of a wiring is somebody else's. */
  private warnOnce({ declaredBy, key }: FoundWiring, actions: readonly string[]): void {
    if (!this.warned.has(declaredBy)) {
      this.warned.add(declaredBy);
      const statement = new PolicyStatement({ actions: [...actions], resources: [key.keyArn] });
      warnRoleNotFound(declaredBy, statement);
    }
  }

  private discoverServices(index: ResourceIndex): FoundWiring[] {
    const wirings = findWirings(index);
    const reaches = new Map<WiredKey, ServiceReach[]>(index.keys.map((key) => [key, []]));
    for (const wiring of wirings) {
      const reach = serviceReach(wiring, index);
      if (reach) {
        reaches.get(wiring.key)!.push(reach);
      }
    }
    reaches.forEach((found, key) => key._reachedBy(found, index));
    this.outdated = false;
    return wirings;
  }
}
