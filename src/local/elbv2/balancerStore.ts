/** The service's resources: in memory for reading, in documents before a write is acknowledged. */
import type { Scope } from "../../protocol/http.ts";
import type { Documents } from "../documents.ts";
import { targetGroupsOf } from "./actions.ts";
import { isIn } from "./arns.ts";
import type { Listener, LoadBalancer, Rule, TargetGroup } from "./resources.ts";

interface Resources {
  loadBalancer: LoadBalancer;
  targetGroup: TargetGroup;
  listener: Listener;
  rule: Rule;
}
export type Kind = keyof Resources;

/** One resource as it is to be; without a value it is removed. */
export type Change = { [K in Kind]: { kind: K; arn: string; value?: Resources[K] } }[Kind];

export type BalancerStore = ReturnType<typeof balancerStore>;

const document = (kind: Kind): string => `elbv2.${kind}`;

export function balancerStore(documents: Documents) {
  const load = <K extends Kind>(kind: K) =>
    new Map(documents.list<Resources[K]>(document(kind), "").map(({ key, value }) => [key, value]));
  const tables = {
    loadBalancer: load("loadBalancer"),
    targetGroup: load("targetGroup"),
    listener: load("listener"),
    rule: load("rule"),
  };
  const watchers: (() => void)[] = [];
  /** Whose rules name a target group; made anew when one of them has changed. */
  let users: Map<string, Set<string>> | undefined;
  const usersOf = (targetGroupArn: string): Set<string> => {
    users ??= findUsers(tables.listener, [...tables.rule.values()]);
    return users.get(targetGroupArn) ?? new Set();
  };

  return {
    find: <K extends Kind>(kind: K, arn: string) => tables[kind].get(arn) as Resources[K] | undefined,
    all: <K extends Kind>(kind: K) => [...tables[kind].values()] as Resources[K][],
    /** The caller's, in order of their ARNs. */
    list<K extends Kind>(kind: K, scope: Scope): Resources[K][] {
      const mine = ([...tables[kind].values()] as Resources[K][]).filter(({ arn }) => isIn(scope, arn));
      return mine.sort((one, other) => (one.arn < other.arn ? -1 : 1));
    },
    listenersOf: (loadBalancerArn: string): Listener[] =>
      [...tables.listener.values()].filter((listener) => listener.loadBalancerArn === loadBalancerArn),
    /** By priority; the default rule last. */
    rulesOf: (listenerArn: string): Rule[] =>
      [...tables.rule.values()]
        .filter((rule) => rule.listenerArn === listenerArn)
        .sort((one, other) => one.priority - other.priority),
    /** The load balancers whose rules forward to the target group. */
    loadBalancersOf: (targetGroupArn: string): string[] => [...usersOf(targetGroupArn)],

    /** Writes all changes or none, and tells those who watch. Durable when it returns. */
    commit(changes: Change[]): void {
      documents.together(() => {
        for (const { kind, arn, value } of changes) {
          if (value) documents.put(document(kind), arn, value);
          else documents.delete(document(kind), arn);
        }
      });
      for (const { kind, arn, value } of changes) {
        const table: Map<string, unknown> = tables[kind];
        if (value) table.set(arn, value);
        else table.delete(arn);
        if (kind !== "targetGroup" && kind !== "loadBalancer") users = undefined;
      }
      for (const changed of watchers) changed();
    },
    /** Calls back after every commit, before anything else happens. */
    watch: (changed: () => void) => void watchers.push(changed),
  };
}

function findUsers(listeners: Map<string, Listener>, rules: Rule[]): Map<string, Set<string>> {
  const users = new Map<string, Set<string>>();
  for (const { listenerArn, actions } of rules) {
    const loadBalancerArn = listeners.get(listenerArn)?.loadBalancerArn ?? "";
    for (const arn of targetGroupsOf(actions)) users.set(arn, (users.get(arn) ?? new Set()).add(loadBalancerArn));
  }
  return users;
}
