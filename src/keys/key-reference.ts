import { Reference, ReferenceStrength, Stack, Token, Tokenization, type IResolvable, type IResolveContext } from 'aws-cdk-lib/core';

/**
 * A key's ARN or id, referred to strongly within its account and Region, so that the key's stack cannot be deleted
 * under its users, and weakly elsewhere, where a strong reference would need a Lambda function or is impossible.
 *
 * @internal
 */
export class KeyReference extends Reference {
  /** One weak reference per consuming stack: the CDK assigns its value to the object that it found. */
  private readonly weak = new Map<Stack, IResolvable>();

  constructor(private readonly strong: Reference) {
    super(strong, strong.target, strong.displayName);
  }

  public resolve(context: IResolveContext): IResolvable {
    const consumer = Stack.of(context.scope);
    return sameEnvironment(Stack.of(this.target), consumer) ? this.strong : this.weakFor(consumer);
  }

  private weakFor(consumer: Stack): IResolvable {
    let weak = this.weak.get(consumer);
    if (!weak) {
      weak = Tokenization.reverse(Stack.consumeReference(Token.asString(this.strong), ReferenceStrength.WEAK))!;
      this.weak.set(consumer, weak);
    }
    return weak;
  }
}

/** Stacks that do not name their environment are deployed together, as far as anybody can tell. */
function sameEnvironment(left: Stack, right: Stack): boolean {
  const same = (a: string, b: string) => a === b || (Token.isUnresolved(a) && Token.isUnresolved(b));
  return same(left.account, right.account) && same(left.region, right.region);
}
