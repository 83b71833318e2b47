/** Rules of listeners: created, described, changed, put in order, deleted. */
import type {
  CreateRuleCommandInput,
  DeleteRuleCommandInput,
  DescribeRulesCommandInput,
  ModifyRuleCommandInput,
  SetRulePrioritiesCommandInput,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { requireActions } from "./actions.ts";
import { newSuffix, ruleArn } from "./arns.ts";
import type { Change } from "./balancerStore.ts";
import { requireConditions } from "./conditions.ts";
import { elbError, invalid, notBuilt } from "./elbError.ts";
import { LIMITS } from "./limits.ts";
import { given, type Operation, page, requireListener, requireLoadBalancer, requireRule } from "./operation.ts";
import { isDefault, isHttp, type Listener, type Rule } from "./resources.ts";
import { requireTags } from "./tagOperations.ts";

/** Of all listeners of a load balancer, without the default rules. */
const MOST_RULES = LIMITS["rules-per-application-load-balancer"];

export const createRule: Operation<CreateRuleCommandInput> = (control, scope, input) => {
  const { store } = control;
  const listener = requireRuled(requireListener(control, scope, input.ListenerArn));
  const loadBalancer = requireLoadBalancer(control, scope, listener.loadBalancerArn);
  if (input.Transforms?.length) throw notBuilt("transforms of requests");
  const conditions = requireConditions(input.Conditions ?? []);
  const actions = requireActions(control, scope, { ...listener, loadBalancer }, input.Actions ?? []);
  const tags = requireTags(input.Tags);
  const priority = input.Priority ?? 0;
  const inUse = store.rulesOf(listener.arn).some((rule) => rule.priority === priority);
  if (inUse) throw elbError("PriorityInUse", `Priority '${priority}' is currently in use`);
  const listeners = store.listenersOf(loadBalancer.arn);
  const rules = listeners.flatMap(({ arn }) => store.rulesOf(arn)).filter((rule) => !isDefault(rule));
  if (rules.length >= MOST_RULES) {
    throw elbError("TooManyRules", `A load balancer can have at most ${MOST_RULES} rules`);
  }
  const arn = ruleArn(listener.arn, newSuffix(control.ids));
  const value: Rule = { arn, listenerArn: listener.arn, priority, conditions, actions, tags };
  store.commit([{ kind: "rule", arn, value }]);
  return { Rules: [view(value)] };
};

export const describeRules: Operation<DescribeRulesCommandInput> = (control, scope, input) => {
  const { ListenerArn, RuleArns } = input;
  if (ListenerArn !== undefined && RuleArns) throw invalid("Rules are described by listener or by ARNs, not by both");
  if (ListenerArn === undefined && !RuleArns) {
    throw invalid("You must specify either listener rule ARNs or a listener ARN");
  }
  const asked = RuleArns
    ? [...new Set(RuleArns)].map((arn) => requireRule(control, scope, arn))
    : control.store.rulesOf(requireListener(control, scope, ListenerArn).arn);
  const key = ({ priority, arn }: Rule) => `${String(priority).padStart(5, "0")} ${arn}`;
  const sorted = asked.toSorted((one, other) => (key(one) < key(other) ? -1 : 1));
  const { items, NextMarker } = page(sorted, key, input);
  return { Rules: items.map(view), NextMarker };
};

export const modifyRule: Operation<ModifyRuleCommandInput> = (control, scope, input) => {
  const found = requireOwn(requireRule(control, scope, input.RuleArn), "modified");
  if (input.Transforms?.length) throw notBuilt("transforms of requests");
  const listener = requireListener(control, scope, found.listenerArn);
  const loadBalancer = requireLoadBalancer(control, scope, listener.loadBalancerArn);
  const conditions = input.Conditions ? requireConditions(input.Conditions) : found.conditions;
  const place = { ...listener, loadBalancer };
  const actions = input.Actions ? requireActions(control, scope, place, input.Actions, found) : found.actions;
  const value = { ...found, conditions, actions };
  control.store.commit([{ kind: "rule", arn: found.arn, value }]);
  return { Rules: [view(value)] };
};

/** All priorities change at once, so that two rules can trade places. */
export const setRulePriorities: Operation<SetRulePrioritiesCommandInput> = (
  control,
  scope,
  { RulePriorities = [] },
) => {
  const moved = RulePriorities.map(({ RuleArn, Priority }) => {
    if (Priority === undefined) throw invalid("A priority must be specified for each rule");
    return { ...requireOwn(requireRule(control, scope, RuleArn), "modified"), priority: Priority };
  });
  if (new Set(moved.map(({ arn }) => arn)).size < moved.length) throw invalid("A rule was specified more than once");
  for (const { listenerArn, priority } of moved) {
    const stay = control.store.rulesOf(listenerArn).filter(({ arn }) => !moved.some((rule) => rule.arn === arn));
    const there = [...stay, ...moved.filter((rule) => rule.listenerArn === listenerArn)];
    if (there.filter((rule) => rule.priority === priority).length > 1) {
      throw elbError("PriorityInUse", `Priority '${priority}' is currently in use`);
    }
  }
  control.store.commit(moved.map((value): Change => ({ kind: "rule", arn: value.arn, value })));
  return { Rules: moved.map(view) };
};

export const deleteRule: Operation<DeleteRuleCommandInput> = (control, scope, { RuleArn }) => {
  const { arn } = requireOwn(requireRule(control, scope, given(RuleArn)), "deleted");
  control.store.commit([{ kind: "rule", arn }]);
  return {};
};

function requireRuled(listener: Listener): Listener {
  if (isHttp(listener)) return listener;
  throw elbError("UnsupportedProtocol", `Rules are not supported for listeners of ${listener.protocol}`);
}

/** Not a default rule: that one belongs to its listener. */
function requireOwn(rule: Rule, what: string): Rule {
  if (!isDefault(rule)) return rule;
  throw elbError("OperationNotPermitted", `Default rule '${rule.arn}' cannot be ${what}`);
}

function view(rule: Rule) {
  return {
    RuleArn: rule.arn,
    Priority: isDefault(rule) ? "default" : String(rule.priority),
    Conditions: rule.conditions,
    Actions: rule.actions,
    IsDefault: isDefault(rule),
  };
}
