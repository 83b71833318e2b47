/** What listeners forward to, and how that is changed without touching anything else of them (semantics 5.4). */
import type {
  Action,
  ElasticLoadBalancingV2Client,
  Listener,
  Rule,
  RuleCondition,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { wallClock } from "../../clock.ts";
import type { Effect } from "../../engine/deployment.ts";
import type { Route, RouteSeen, TrafficShare } from "../../engine/ecsPlan.ts";
import { type EffectContext, EffectError } from "../driver.ts";
import { balancerSdk } from "./ecsClients.ts";
import { ecsError } from "./ecsErrors.ts";
import { sameShares, sameTraffic } from "./trafficShares.ts";

/** A route with all that the listener or the rule does. */
interface FoundRoute extends RouteSeen {
  actions: Action[];
}

/** Protocols of Application Load Balancers; all others move traffic as a whole, and have no rules. */
const WEIGHTED: ReadonlySet<string | undefined> = new Set(["HTTP", "HTTPS"]);

/** Everything of the listener that forwards, and whether it can share traffic out. */
export async function readListener(
  client: ElasticLoadBalancingV2Client,
  listenerArn: string,
  context: EffectContext,
): Promise<{ routes: FoundRoute[]; hasWeights: boolean }> {
  const listener = await describeListener(client, listenerArn, context);
  const hasWeights = WEIGHTED.has(listener.Protocol);
  const rules = hasWeights ? await describeRules(client, listenerArn, context) : [];
  const found = [
    { ruleArn: null, actions: listener.DefaultActions ?? [], conditions: [] },
    ...rules.flatMap(({ RuleArn, Actions, Conditions, IsDefault }) =>
      IsDefault || RuleArn === undefined
        ? []
        : [{ ruleArn: RuleArn, actions: Actions ?? [], conditions: Conditions ?? [] }],
    ),
  ];
  const routes = found.flatMap(({ ruleArn, actions, conditions }) => {
    const shares = sharesOf(actions);
    return shares === null ? [] : [{ listenerArn, ruleArn, shares, ...headersOf(conditions), actions }];
  });
  return { routes, hasWeights };
}

async function describeListener(
  client: ElasticLoadBalancingV2Client,
  listenerArn: string,
  { signal }: EffectContext,
): Promise<Listener> {
  const { DescribeListenersCommand } = await balancerSdk();
  const command = new DescribeListenersCommand({ ListenerArns: [listenerArn] });
  const { Listeners } = await client.send(command, { abortSignal: signal }).catch((error: unknown) => {
    throw ecsError(error, `Looking at listener ${listenerArn}`);
  });
  const [listener] = Listeners ?? [];
  if (!listener) throw new EffectError("notFound", `There is no listener ${listenerArn}`, false);
  return listener;
}

async function describeRules(
  client: ElasticLoadBalancingV2Client,
  listenerArn: string,
  { signal }: EffectContext,
): Promise<Rule[]> {
  const { DescribeRulesCommand } = await balancerSdk();
  const rules: Rule[] = [];
  let marker: string | undefined;
  do {
    const command = new DescribeRulesCommand({ ListenerArn: listenerArn, Marker: marker });
    const page = await client.send(command, { abortSignal: signal }).catch((error: unknown) => {
      throw ecsError(error, `Looking at the rules of listener ${listenerArn}`);
    });
    rules.push(...(page.Rules ?? []));
    marker = page.NextMarker;
  } while (marker !== undefined);
  return rules;
}

function headersOf(conditions: readonly RuleCondition[]): Pick<RouteSeen, "headers"> {
  const headers = conditions.flatMap(({ HttpHeaderConfig: { HttpHeaderName: name, Values: values = [] } = {} }) =>
    name === undefined ? [] : [{ name, values }],
  );
  return headers.length > 0 ? { headers } : {};
}

/** A backend may name the target group alone, or in a configuration, or both. `null` where nothing is forwarded. */
function sharesOf(actions: readonly Action[]): TrafficShare[] | null {
  const forward = actions.find(({ Type }) => Type === "forward");
  if (!forward) return null;
  const groups = forward.ForwardConfig?.TargetGroups ?? [];
  if (groups.length === 0) return forward.TargetGroupArn ? [{ targetGroupArn: forward.TargetGroupArn, weight: 1 }] : [];
  // One that is alone has all traffic, whatever its weight is left to be.
  return groups.map(({ TargetGroupArn = "", Weight }) => ({ targetGroupArn: TargetGroupArn, weight: Weight ?? 1 }));
}

type RouteMove = Extract<Effect, { type: "moveRoutes" }>["routes"][number];

/** A process that stood still between its look and its write may have lost the deployment to another one meanwhile. */
const STALE_LOOK_MS = 2_000;

/**
 * Compare and set, as far as the API allows: there is nothing that tells of a change between the look and the write. Every
 * route is judged before the first is written. What is already as wanted is left as it is. Where the look is no longer
 * fresh nothing is written, and the runner asks whether the move is still wanted before it is tried again.
 */
export async function moveRoutes(
  client: ElasticLoadBalancingV2Client,
  moves: readonly RouteMove[],
  context: EffectContext,
  elapsedMs: () => number = wallClock.elapsedMs,
): Promise<void> {
  const lookedAtMs = elapsedMs();
  const listenerArns = [...new Set(moves.map(({ listenerArn }) => listenerArn))];
  const seen = await Promise.all(listenerArns.map((arn) => readListener(client, arn, context)));
  const routes = seen.flatMap((listener) => listener.routes);
  const planned = moves.map((move) => {
    const found = routes.find(({ listenerArn, ruleArn }) => {
      return listenerArn === move.listenerArn && ruleArn === move.ruleArn;
    });
    const isExpected = found && [move.to, ...move.from].some((shares) => sameTraffic(shares, found.shares));
    if (!isExpected) throw changedByOthers(move, found);
    return { move, found };
  });
  for (const { move, found } of planned) {
    if (sameShares(move.to, found.shares)) continue;
    if (elapsedMs() - lookedAtMs > STALE_LOOK_MS) {
      throw new EffectError("unavailable", `The look at listener ${move.listenerArn} is too old to write by`, true);
    }
    await writeRoute(client, found, move.to, context);
  }
}

async function writeRoute(
  client: ElasticLoadBalancingV2Client,
  { listenerArn, ruleArn, actions }: FoundRoute,
  shares: readonly TrafficShare[],
  { signal }: EffectContext,
): Promise<void> {
  const { ModifyListenerCommand, ModifyRuleCommand } = await balancerSdk();
  const changed = actions.map((action) => (action.Type === "forward" ? forwarding(action, shares) : action));
  const written =
    ruleArn === null
      ? client.send(new ModifyListenerCommand({ ListenerArn: listenerArn, DefaultActions: changed }), {
          abortSignal: signal,
        })
      : client.send(new ModifyRuleCommand({ RuleArn: ruleArn, Actions: changed }), { abortSignal: signal });
  await written.catch((error: unknown) => {
    throw ecsError(error, `Changing ${ruleArn === null ? `listener ${listenerArn}` : `rule ${ruleArn}`}`);
  });
}

/** The same action with other shares; its order and its stickiness stay. One target group alone is named as such. */
function forwarding({ Order, ForwardConfig }: Action, shares: readonly TrafficShare[]): Action {
  const stickiness = ForwardConfig?.TargetGroupStickinessConfig;
  const [only, ...others] = shares;
  const TargetGroups = shares.map(({ targetGroupArn, weight }) => ({ TargetGroupArn: targetGroupArn, Weight: weight }));
  return {
    Type: "forward",
    ...(Order !== undefined && { Order }),
    ...(only && others.length === 0 && { TargetGroupArn: only.targetGroupArn }),
    ForwardConfig: { TargetGroups, ...(stickiness && { TargetGroupStickinessConfig: stickiness }) },
  };
}

function changedByOthers({ listenerArn, ruleArn, from }: RouteMove, found: Route | undefined): EffectError {
  const name = ruleArn === null ? `The default action of listener ${listenerArn}` : `Rule ${ruleArn}`;
  const is = found ? `found ${described(found.shares)}` : "it forwards nowhere any more";
  const expected = from.map(described).join(" or ");
  return new EffectError(
    "changedByOthers",
    `${name} was changed by someone else: ${is}, expected ${expected}. Their change is left alone.`,
    false,
  );
}

const described = (shares: readonly TrafficShare[]) =>
  shares.map(({ targetGroupArn, weight }) => `${weight} to ${targetGroupArn}`).join(" and ");
