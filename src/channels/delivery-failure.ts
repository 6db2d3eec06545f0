import { HandsError } from "../core/index.ts";

/** What is known of a delivery that failed. */
export interface DeliveryFault {
  readonly isRetryable: boolean;
  readonly status?: number;
  readonly retryAfterMs?: number | null;
  readonly hint?: string | undefined;
  readonly cause?: unknown;
}

/** The error of a delivery that failed, as {@link Channel.deliver} throws it. */
export function createDeliveryFailure(message: string, fault: DeliveryFault): HandsError {
  const { isRetryable, status, retryAfterMs, hint, cause } = fault;
  return new HandsError("delivery_failed", message, {
    details: {
      retryable: isRetryable,
      ...(status === undefined ? {} : { status }),
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    },
    ...(hint === undefined ? {} : { hint }),
    ...(cause === undefined ? {} : { cause }),
  });
}

/**
 * Refuses a delivery that was planned, and perhaps approved, for another place than the channel leads to now. For channels whose address is a
 * secret, so that the old one is not known any more.
 */
export function requireSameDestination(name: string, planned: string, current: string): void {
  if (planned === current) return;
  throw createDeliveryFailure(`${name} leads to ${current} now, and this was made for ${planned}`, {
    isRetryable: false,
    hint: `Point [channels.${name}] back, or run the hand again.`,
  });
}
