/** ARNs of topics and subscriptions, and who may name them. */
import type { Caller, Scope } from "../../protocol/http.ts";

/** Who names an ARN; one whose request is not signed may name any. */
export type Asker = Pick<Caller, "accountId" | "region" | "accessKeyId">;

import { invalidParameter, notAuthorized } from "./snsErrors.ts";

/** One topic of one account and region. */
export interface TopicId extends Scope {
  name: string;
}

export interface SubscriptionId extends TopicId {
  /** A UUID. */
  subscription: string;
}

const TOPIC_NAME = /^[A-Za-z0-9_-]{1,256}$/;

/** Throws for a name that is none. FIFO topics, whose names end with `.fifo`, are not among those that are here. */
export function requireTopicName(name: string): void {
  if (!TOPIC_NAME.test(name)) throw invalidParameter("Topic Name");
}

export function topicArn({ accountId, region, name }: TopicId): string {
  return `arn:aws:sns:${region}:${accountId}:${name}`;
}

export function subscriptionArn(id: SubscriptionId): string {
  return `${topicArn(id)}:${id.subscription}`;
}

/**
 * The topic that a caller names by its ARN in the parameter of that name. A topic of another region is an invalid
 * parameter, one of another account is not the caller's to use. Whoever does not sign may name any.
 */
export function parseTopicArn(arn: string, parameter: string, action: string, caller: Asker): TopicId {
  const [, , , region = "", accountId = "", name = ""] = elements(arn, parameter);
  if (arn.split(":").length !== 6 || !TOPIC_NAME.test(name)) throw invalidParameter(parameter);
  requireScope({ region, accountId }, arn, parameter, action, caller);
  return { region, accountId, name };
}

/** The subscription that a caller names by its ARN, by the same rules. */
export function parseSubscriptionArn(arn: string, action: string, caller: Asker): SubscriptionId {
  const parameter = "SubscriptionArn";
  const [, , , region = "", accountId = "", name = "", subscription = ""] = elements(arn, parameter);
  if (arn.split(":").length !== 7 || !TOPIC_NAME.test(name)) throw invalidParameter(parameter);
  if (!/^[0-9a-f-]{36}$/.test(subscription)) throw invalidParameter("SubscriptionId");
  requireScope({ region, accountId }, arn, parameter, action, caller);
  return { region, accountId, name, subscription };
}

function elements(arn: string, parameter: string): string[] {
  const found = arn.split(":");
  if (found.length < 6) {
    throw invalidParameter(`${parameter} Reason: An ARN must have at least 6 elements, not ${found.length}`);
  }
  if (found[0] !== "arn" || found[2] !== "sns") throw invalidParameter(parameter);
  return found;
}

function requireScope(scope: Scope, arn: string, parameter: string, action: string, caller: Asker): void {
  if (caller.accessKeyId === null) return;
  if (scope.region !== caller.region) throw invalidParameter(parameter);
  if (scope.accountId !== caller.accountId) throw notAuthorized(action, arn);
}
