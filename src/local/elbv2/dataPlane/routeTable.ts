/** The rules of a listener made ready for requests. A table never changes: another one takes its place, for the next request. */
import type { FixedResponseActionConfig, RedirectActionConfig } from "@aws-sdk/client-elastic-load-balancing-v2";
import { weightedGroups } from "../actions.ts";
import type { Rule } from "../resources.ts";
import { type Matches, matcherOfRule, type RuledRequest } from "./ruleMatching.ts";
import type { LiveGroup } from "./targetGroups.ts";
import { weightedChance, weightedTurns } from "./weightedTurns.ts";

export type RouteAction =
  /** `undefined` where every weight is 0. */
  | { kind: "forward"; next(): LiveGroup | undefined }
  | { kind: "redirect"; to: RedirectActionConfig }
  | { kind: "fixedResponse"; answer: FixedResponseActionConfig };

interface Route {
  rule: Rule;
  /** The actions as text: turns go on where nothing of them has changed. */
  key: string;
  matches: Matches;
  action: RouteAction;
}

export interface RouteTableOptions {
  group(arn: string): LiveGroup | undefined;
  /** Exact shares in turn, or by chance. */
  split: "exact" | "random";
  fraction: () => number;
}

export class RouteTable {
  readonly #routes: Route[];

  /** `rules` are in order, the default rule last. */
  constructor(rules: Rule[], options: RouteTableOptions, previous?: RouteTable) {
    const before = previous === undefined ? [] : previous.#routes;
    this.#routes = rules.map((rule) => {
      const key = `${rule.arn} ${JSON.stringify(rule.actions)}`;
      const known = before.find((route) => route.key === key);
      return {
        rule,
        key,
        matches: known && known.rule === rule ? known.matches : matcherOfRule(rule.conditions),
        action: known?.action ?? actionOf(rule, options),
      };
    });
  }

  /** What the first rule that fits wants done; the default rule always fits. */
  find(request: RuledRequest): RouteAction | undefined {
    return this.#routes.find(({ matches }) => matches(request))?.action;
  }

  /** What is done with connections of which nothing is known. */
  get fallback(): RouteAction | undefined {
    return this.#routes.at(-1)?.action;
  }
}

function actionOf({ actions }: Rule, { group, split, fraction }: RouteTableOptions): RouteAction {
  const [action] = actions;
  if (action?.RedirectConfig) return { kind: "redirect", to: action.RedirectConfig };
  if (action?.FixedResponseConfig) return { kind: "fixedResponse", answer: action.FixedResponseConfig };
  const groups = weightedGroups(actions).flatMap(({ arn, weight }) => {
    const item = group(arn);
    return item ? [{ item, weight }] : [];
  });
  return { kind: "forward", next: split === "exact" ? weightedTurns(groups) : weightedChance(groups, fraction) };
}
