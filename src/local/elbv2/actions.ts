/** The actions of listeners and rules: what is valid, and the form in which AWS answers them. */
import type {
  Action,
  FixedResponseActionConfig,
  ForwardActionConfig,
  RedirectActionConfig,
  TargetGroupTuple,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import type { Scope } from "../../protocol/http.ts";
import { elbError, invalid, notBuilt } from "./elbError.ts";
import { LIMITS } from "./limits.ts";
import { type Control, given, requireTargetGroup } from "./operation.ts";
import { isHttp, type Listener, type LoadBalancer, type Rule } from "./resources.ts";

const MOST_GROUPS = LIMITS["target-groups-per-action-on-application-load-balancer"];
const MOST_GROUPS_OF_BALANCER = LIMITS["target-groups-per-application-load-balancer"];
const LARGEST_WEIGHT = 999;
const CONTENT_TYPES = ["text/plain", "text/css", "text/html", "application/javascript", "application/json"];

/** The target groups that a forward among the actions names, with their weights. */
export function weightedGroups(actions: Action[]): { arn: string; weight: number }[] {
  const { ForwardConfig } = actions.find(({ Type }) => Type === "forward") ?? {};
  return (ForwardConfig?.TargetGroups ?? []).map(({ TargetGroupArn, Weight }) => ({
    arn: given(TargetGroupArn),
    weight: Weight ?? 1,
  }));
}

export const targetGroupsOf = (actions: Action[]): string[] => weightedGroups(actions).map(({ arn }) => arn);

type Place = Pick<Listener, "protocol"> & { loadBalancer: LoadBalancer };

/** The actions as they are kept; throws what is wrong with them. `replaced` is the rule whose actions they take the place of. */
export function requireActions(
  control: Control,
  scope: Scope,
  place: Place,
  actions: Action[],
  replaced?: Rule,
): Action[] {
  const [action, ...others] = actions;
  if (!action) throw elbError("InvalidLoadBalancerAction", "You must specify at least one action");
  const unsupported = actions.find(({ Type }) => !["forward", "redirect", "fixed-response"].includes(String(Type)));
  if (unsupported) throw notBuilt(`actions of type '${unsupported.Type}'`);
  if (others.length > 0) {
    throw elbError("TooManyActions", "You can specify only one of forward, redirect and fixed-response, and only once");
  }
  if (action.Type !== "forward" && !isHttp(place)) {
    throw elbError(
      "InvalidLoadBalancerAction",
      `Action type '${action.Type}' is not supported by listeners of ${place.protocol}`,
    );
  }
  const order = action.Order === undefined ? {} : { Order: action.Order };
  if (action.Type === "redirect") return [{ Type: "redirect", ...order, RedirectConfig: redirectOf(action) }];
  if (action.Type === "fixed-response") {
    return [{ Type: "fixed-response", ...order, FixedResponseConfig: fixedResponseOf(action) }];
  }
  const ForwardConfig = forwardOf(action);
  const arns = (ForwardConfig.TargetGroups ?? []).map(({ TargetGroupArn }) => given(TargetGroupArn));
  requireUsable(control, scope, place, arns, replaced);
  const [only] = arns;
  const short = arns.length === 1 && only !== undefined ? { TargetGroupArn: only } : {};
  return [{ Type: "forward", ...short, ...order, ForwardConfig }];
}

/** One target group may be given in short; AWS answers both forms of it. */
function forwardOf({ TargetGroupArn, ForwardConfig }: Action): ForwardActionConfig {
  const listed = ForwardConfig?.TargetGroups;
  const groups: TargetGroupTuple[] = listed ?? (TargetGroupArn === undefined ? [] : [{ TargetGroupArn }]);
  if (groups.length === 0) {
    throw elbError("InvalidLoadBalancerAction", "A forward action must name at least one target group");
  }
  if (
    listed &&
    TargetGroupArn !== undefined &&
    !(listed.length === 1 && listed[0]?.TargetGroupArn === TargetGroupArn)
  ) {
    throw elbError(
      "InvalidLoadBalancerAction",
      "A forward action names its target groups either by TargetGroupArn or by ForwardConfig",
    );
  }
  if (groups.length > MOST_GROUPS) {
    throw elbError("InvalidLoadBalancerAction", `A forward action can have at most ${MOST_GROUPS} target groups`);
  }
  const arns = groups.map((group) => group.TargetGroupArn);
  if (arns.includes(undefined)) throw invalid("A target group of a forward action must have a TargetGroupArn");
  if (new Set(arns).size < arns.length) {
    throw elbError("InvalidLoadBalancerAction", "A target group must not be named more than once in an action");
  }
  const weights = groups.map(({ Weight }) => Weight ?? 1);
  if (weights.some((weight) => weight < 0 || weight > LARGEST_WEIGHT)) {
    throw invalid(`The weight of a target group must be between 0 and ${LARGEST_WEIGHT}`);
  }
  const { Enabled = false, DurationSeconds } = ForwardConfig?.TargetGroupStickinessConfig ?? {};
  if (DurationSeconds !== undefined && (DurationSeconds < 1 || DurationSeconds > 604_800)) {
    throw invalid("Target group stickiness duration must be between 1 and 604800 seconds");
  }
  if (Enabled && DurationSeconds === undefined) {
    throw invalid("Target group stickiness needs a duration");
  }
  return {
    TargetGroups: groups.map((group, index) => ({ TargetGroupArn: group.TargetGroupArn, Weight: weights[index] })),
    TargetGroupStickinessConfig: { Enabled, ...(DurationSeconds === undefined ? {} : { DurationSeconds }) },
  };
}

function requireUsable(control: Control, scope: Scope, place: Place, arns: string[], replaced?: Rule): void {
  const balancer = place.loadBalancer.arn;
  for (const arn of arns) {
    const group = requireTargetGroup(control, scope, arn);
    if (isHttp(group) !== isHttp(place)) {
      throw elbError(
        "IncompatibleProtocols",
        `The protocol '${group.protocol}' of target group '${arn}' does not fit a listener of ${place.protocol}`,
      );
    }
    if (control.store.loadBalancersOf(arn).some((user) => user !== balancer)) {
      throw elbError(
        "TargetGroupAssociationLimit",
        `The following target groups cannot be associated with more than one load balancer: ${arn}`,
      );
    }
  }
  const rules = control.store.listenersOf(balancer).flatMap(({ arn }) => control.store.rulesOf(arn));
  const others = rules.filter(({ arn }) => arn !== replaced?.arn);
  const used = new Set([...arns, ...others.flatMap(({ actions }) => targetGroupsOf(actions))]);
  if (used.size > MOST_GROUPS_OF_BALANCER) {
    throw elbError(
      "TooManyUniqueTargetGroupsPerLoadBalancer",
      `A load balancer can forward to at most ${MOST_GROUPS_OF_BALANCER} target groups`,
    );
  }
}

function redirectOf({ RedirectConfig }: Action): RedirectActionConfig {
  if (!RedirectConfig) throw elbError("InvalidLoadBalancerAction", "A redirect action must have a RedirectConfig");
  const {
    Protocol = "#{protocol}",
    Port = "#{port}",
    Host = "#{host}",
    Path = "/#{path}",
    Query = "#{query}",
    StatusCode,
  } = RedirectConfig;
  if (Port !== "#{port}" && !(/^[0-9]{1,5}$/.test(Port) && Number(Port) >= 1 && Number(Port) <= 65_535)) {
    throw invalid("The port of a redirect must be between 1 and 65535, or #{port}");
  }
  if (!Path.startsWith("/")) throw invalid("The path of a redirect must begin with '/'");
  const texts = [Protocol, Port, Host, Path, Query];
  const unknown = texts.join(" ").match(/#\{(?!(protocol|host|port|path|query)\})[^}]*\}?/);
  if (unknown) throw invalid(`The placeholder '${unknown[0]}' of a redirect is not known`);
  if (texts.some((text) => /[\r\n]/.test(text))) throw invalid("A redirect must not contain line breaks");
  const loops = Protocol === "#{protocol}" && Port === "#{port}" && Host === "#{host}" && Path === "/#{path}";
  if (loops) {
    throw elbError(
      "InvalidLoadBalancerAction",
      "The redirect configuration is not valid because it creates a loop: protocol, host, port or path must change",
    );
  }
  return { Protocol, Port, Host, Path, Query, StatusCode };
}

function fixedResponseOf({ FixedResponseConfig }: Action): FixedResponseActionConfig {
  if (!FixedResponseConfig) {
    throw elbError("InvalidLoadBalancerAction", "A fixed-response action must have a FixedResponseConfig");
  }
  const { StatusCode, ContentType, MessageBody } = FixedResponseConfig;
  if (ContentType !== undefined && ContentType !== "" && !CONTENT_TYPES.includes(ContentType)) {
    throw invalid(`The content type of a fixed response must be one of ${CONTENT_TYPES.join(", ")}`);
  }
  return {
    StatusCode,
    ...(ContentType ? { ContentType } : {}),
    ...(MessageBody === undefined ? {} : { MessageBody }),
  };
}
