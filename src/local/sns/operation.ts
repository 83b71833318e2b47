/** What every operation of this service gets and gives. */
import type { Clock } from "../../clock.ts";
import type { Ids } from "../../ids.ts";
import { type QueryMembers, queryText, type XmlMembers } from "../../protocol/awsQuery.ts";
import type { HttpRequest } from "../../protocol/http.ts";
import type { OutgoingHttp } from "../../protocol/outgoingHttp.ts";
import type { Deliveries } from "./deliveries.ts";
import { invalidParameter, missing } from "./snsErrors.ts";
import type { TopicStore } from "./topicStore.ts";

export interface Control {
  store: TopicStore;
  deliveries: Deliveries;
  outgoing: OutgoingHttp;
  clock: Clock;
  ids: Ids;
}

/** Answers the members of the result, or nothing for an operation that has none. */
export type Operation = (
  control: Control,
  input: QueryMembers,
  request: HttpRequest,
) => Promise<XmlMembers | undefined> | XmlMembers | undefined;

export function requireText(input: QueryMembers, name: string): string {
  const value = queryText(input, name);
  if (value === undefined) throw missing(name);
  return value;
}

/** Topics and subscriptions of one page, as many as AWS gives. */
const PAGE_SIZE = 100;

/** The page that NextToken asks for. The token holds the key of the last item seen: what is deleted shifts nothing. */
export function page<Item>(
  items: Item[],
  keyOf: (item: Item) => string,
  input: QueryMembers,
): { items: Item[]; NextToken: string | undefined } {
  const token = queryText(input, "NextToken") || undefined;
  const after = token && Buffer.from(token, "base64url").toString();
  if (after !== undefined && !after.startsWith("arn:")) throw invalidParameter("NextToken");
  const sorted = items.toSorted((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1));
  const rest = after ? sorted.filter((item) => keyOf(item) > after) : sorted;
  const shown = rest.slice(0, PAGE_SIZE);
  const last = shown.at(-1);
  const more = rest.length > shown.length && last !== undefined;
  return { items: shown, NextToken: more ? Buffer.from(keyOf(last)).toString("base64url") : undefined };
}
