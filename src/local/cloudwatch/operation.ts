/** What every operation of this service gets. */
import type { Clock } from "../../clock.ts";
import type { Scope } from "../../protocol/http.ts";
import type { AlarmActions } from "./alarmActions.ts";
import type { AlarmEvaluator } from "./alarmEvaluator.ts";
import type { AlarmStore } from "./alarmStore.ts";
import { CloudWatchError } from "./cloudWatchError.ts";
import type { MetricData } from "./metricData.ts";

export interface Parts {
  store: AlarmStore;
  data: MetricData;
  evaluator: AlarmEvaluator;
  actions: AlarmActions;
  clock: Clock;
}

/** Answers the members of the output, or nothing; throws CloudWatchError. */
export type Operation<Input> = (parts: Parts, scope: Scope, input: Input) => object | undefined;

/** One page of `items`. Tokens are positions. Throws InvalidNextToken for what is none. */
export function page<Item>(
  items: Item[],
  size: number,
  token: string | undefined,
): { items: Item[]; NextToken?: string } {
  const from = token === undefined ? 0 : positionOf(token);
  const next = from + size < items.length ? { NextToken: tokenOf(from + size) } : {};
  return { items: items.slice(from, from + size), ...next };
}

export const tokenOf = (position: number): string => Buffer.from(`${position}`).toString("base64url");

export function positionOf(token: string): number {
  const text = Buffer.from(token, "base64url").toString();
  if (!/^\d{1,9}$/.test(text)) throw new CloudWatchError("InvalidNextToken", "Request parameter NextToken is invalid");
  return Number(text);
}
