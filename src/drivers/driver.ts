/** What a driver is: hands that perform the engine's effects on one outside system. */
import type { Effect, EffectAnswer, EffectProblem } from "../engine/deployment.ts";

/** Whose deployment an effect belongs to. */
export interface EffectContext {
  deploymentId: string;
  accountId: string;
  region: string;
  /** Aborted when nobody waits for the answer any more. */
  signal: AbortSignal;
}

/**
 * Performs one effect and answers. An effect may come again with the same key, after a crash or a lost answer: a driver
 * reads the truth back and never applies it twice. What went wrong is thrown as an `EffectError`.
 */
export interface Driver {
  performs: readonly Effect["type"][];
  perform(effect: Effect, context: EffectContext): Promise<EffectAnswer>;
}

export class EffectError extends Error {
  readonly kind: EffectProblem["kind"];
  /** Whether the same call may succeed a little later. */
  readonly retryable: boolean;
  /** Whether it was refused because too many calls were under way, or came, at once. */
  readonly throttled: boolean;

  constructor(kind: EffectProblem["kind"], message: string, retryable: boolean, throttled = false) {
    super(message);
    this.kind = kind;
    this.retryable = retryable;
    this.throttled = throttled;
  }
}
