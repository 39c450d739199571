import {
  Reference,
  ReferenceStrength,
  Stack,
  Token,
  Tokenization,
  type IResolvable,
  type IResolveContext,
} from 'aws-cdk-lib/core';

/**
 * The ARN of a key, referred to strongly within its account and Region, so that the key's stack cannot be deleted
 * under its users, and weakly elsewhere, where a strong reference would need a Lambda function or is impossible.
 *
 * @internal
 */
export class KeyArnReference implements IResolvable {
  public readonly creationStack: string[] = [];
  /** One weak reference per consuming stack: the CDK assigns its value to the object that it found. */
  private readonly weak = new Map<Stack, IResolvable>();

  constructor(public readonly reference: Reference) {}

  public resolve(context: IResolveContext): IResolvable {
    const consumer = Stack.of(context.scope);
    const producer = Stack.of(this.reference.target);
    return sameEnvironment(producer, consumer) ? this.reference : this.weakFor(consumer);
  }

  public toString(): string {
    return Token.asString(this);
  }

  private weakFor(consumer: Stack): IResolvable {
    let weak = this.weak.get(consumer);
    if (!weak) {
      const token = Stack.consumeReference(Token.asString(this.reference), ReferenceStrength.WEAK);
      weak = Tokenization.reverse(token)!;
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
