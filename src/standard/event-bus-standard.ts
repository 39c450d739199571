/**
 * The numbers of Amazon EventBridge that the patterns check.
 *
 * @see https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_CreateEventBus.html
 * @internal
 */
export const EVENT_BUS_STANDARD = {
  nameLength: 256,
  /** The event bus that every account has. */
  reservedName: 'default',
} as const;
