/** What every operation of this service gets and gives. */
import type { Clock } from "../../clock.ts";
import type { Ids } from "../../ids.ts";
import type { Scope } from "../../protocol/http.ts";
import { isIn } from "./arns.ts";
import type { BalancerStore } from "./balancerStore.ts";
import type { Certificates } from "./certificates.ts";
import type { DataPlane } from "./dataPlane/dataPlane.ts";
import { elbError, invalid } from "./elbError.ts";
import type { Listener, LoadBalancer, Rule, TargetGroup } from "./resources.ts";

export interface Control {
  store: BalancerStore;
  dataPlane: DataPlane;
  certificates: Certificates;
  clock: Clock;
  ids: Ids;
  /** The address on which listeners listen. */
  host: string;
  log: (line: string) => void;
}

/** Answers the members of the output. Its input has been read and checked by its shape. Errors are QueryErrors. */
export type Operation<Input> = (control: Control, scope: Scope, input: Input) => object | Promise<object>;

/** What a shape requires is there when an operation runs; the types of the SDK do not say so. */
export const given = (text: string | undefined): string => text ?? "";

export function requireLoadBalancer({ store }: Control, scope: Scope, arn: string | undefined): LoadBalancer {
  const found = isIn(scope, given(arn)) ? store.find("loadBalancer", given(arn)) : undefined;
  if (!found) throw elbError("LoadBalancerNotFound", `Load balancer '${arn}' not found`);
  return found;
}

export function requireTargetGroup({ store }: Control, scope: Scope, arn: string | undefined): TargetGroup {
  const found = isIn(scope, given(arn)) ? store.find("targetGroup", given(arn)) : undefined;
  if (!found) throw elbError("TargetGroupNotFound", `Target group '${arn}' not found`);
  return found;
}

export function requireListener({ store }: Control, scope: Scope, arn: string | undefined): Listener {
  const found = isIn(scope, given(arn)) ? store.find("listener", given(arn)) : undefined;
  if (!found) throw elbError("ListenerNotFound", `Listener '${arn}' not found`);
  return found;
}

export function requireRule({ store }: Control, scope: Scope, arn: string | undefined): Rule {
  const found = isIn(scope, given(arn)) ? store.find("rule", given(arn)) : undefined;
  if (!found) throw elbError("RuleNotFound", `Rule '${arn}' not found`);
  return found;
}

const LARGEST_PAGE = 400;

const MARKER = /^after:(.+)$/s;

/** One page of `items`, which are in order of `keyOf`. A marker holds the key of the last item seen: what is deleted shifts nothing. */
export function page<Item>(
  items: Item[],
  keyOf: (item: Item) => string,
  { Marker, PageSize = LARGEST_PAGE }: { Marker?: string | undefined; PageSize?: number | undefined },
): { items: Item[]; NextMarker: string | undefined } {
  const after = Marker ? MARKER.exec(Buffer.from(Marker, "base64url").toString())?.[1] : "";
  if (after === undefined) throw invalid(`The marker '${Marker?.slice(0, 200)}' is not valid`);
  const rest = items.filter((item) => keyOf(item) > after);
  const shown = rest.slice(0, PageSize);
  const last = shown.at(-1);
  const more = rest.length > shown.length && last !== undefined;
  return { items: shown, NextMarker: more ? Buffer.from(`after:${keyOf(last)}`).toString("base64url") : undefined };
}
