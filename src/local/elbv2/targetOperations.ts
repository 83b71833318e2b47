/** Targets: registered, deregistered, and how they are. */
import { isIPv4 } from "node:net";
import type {
  DeregisterTargetsCommandInput,
  DescribeTargetHealthCommandInput,
  RegisterTargetsCommandInput,
  TargetDescription,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import type { BalancerStore } from "./balancerStore.ts";
import type { TargetCondition } from "./dataPlane/targetGroups.ts";
import { elbError, notBuilt } from "./elbError.ts";
import { LIMITS } from "./limits.ts";
import { given, type Operation, requireTargetGroup } from "./operation.ts";
import type { Target, TargetGroup } from "./resources.ts";

const MOST_TARGETS = LIMITS["targets-per-target-group"];

export const registerTargets: Operation<RegisterTargetsCommandInput> = (control, scope, input) => {
  const group = requireTargetGroup(control, scope, input.TargetGroupArn);
  const targets = (input.Targets ?? []).map((target) => targetOf(group, target));
  addTargets(control.store, group, targets);
  return {};
};

/** Registers what is not yet; durable when it returns. */
export function addTargets(store: BalancerStore, group: TargetGroup, targets: Target[]): void {
  const fresh = unique(targets).filter((target) => !group.targets.some((known) => isSame(known, target)));
  if (fresh.length === 0) return;
  if (group.targets.length + fresh.length > MOST_TARGETS) {
    throw elbError("TooManyTargets", `A target group can have at most ${MOST_TARGETS} targets`);
  }
  put(store, { ...group, targets: [...group.targets, ...fresh] });
}

/** A target without a port is deregistered from every port. What is not registered is deregistered already. */
export const deregisterTargets: Operation<DeregisterTargetsCommandInput> = (control, scope, input) => {
  const group = requireTargetGroup(control, scope, input.TargetGroupArn);
  const asked = input.Targets ?? [];
  for (const target of asked) targetOf(group, target);
  removeTargets(control.store, group, (target) => asked.some((named) => isNamed(target, named)));
  return {};
};

/** Deregisters; the data plane drains them. Durable when it returns. */
export function removeTargets(store: BalancerStore, group: TargetGroup, leaves: (target: Target) => boolean): void {
  const targets = group.targets.filter((target) => !leaves(target));
  if (targets.length < group.targets.length) put(store, { ...group, targets });
}

export const describeTargetHealth: Operation<DescribeTargetHealthCommandInput> = (control, scope, input) => {
  const group = requireTargetGroup(control, scope, input.TargetGroupArn);
  const known = control.dataPlane.targetConditions(group.arn);
  const asked = input.Targets;
  const shown = asked ? known.filter(({ target }) => asked.some((named) => isNamed(target, named))) : known;
  const strangers = (asked ?? []).filter((named) => !known.some(({ target }) => isNamed(target, named)));
  const unregistered: TargetCondition[] = strangers.map((named) => ({
    target: targetOf(group, named),
    state: "unused",
    reason: "Target.NotRegistered",
    description: "Target is not registered to the target group",
  }));
  return { TargetHealthDescriptions: [...shown, ...unregistered].map((condition) => view(group, condition)) };
};

function targetOf({ targetType, port, arn }: TargetGroup, { Id, Port, QuicServerId }: TargetDescription): Target {
  const id = given(Id);
  const fits = targetType === "ip" ? isIPv4(id) : /^i-[0-9a-f]{8,17}$/.test(id);
  if (!fits) {
    throw elbError(
      "InvalidTarget",
      `The target '${id.slice(0, 100)}' is not valid for the target group '${arn}', whose targets are of type ${targetType}`,
    );
  }
  if (QuicServerId !== undefined) throw notBuilt("QUIC");
  return { id, port: Port ?? port };
}

function put(store: BalancerStore, value: TargetGroup): void {
  store.commit([{ kind: "targetGroup", arn: value.arn, value }]);
}

const isSame = (one: Target, other: Target): boolean => one.id === other.id && one.port === other.port;
const isNamed = (target: Target, { Id, Port }: TargetDescription): boolean =>
  target.id === Id && (Port === undefined || target.port === Port);
const unique = (targets: Target[]): Target[] =>
  targets.filter((target, index) => targets.findIndex((other) => isSame(target, other)) === index);

function view({ healthCheck }: TargetGroup, { target, state, reason, description }: TargetCondition) {
  return {
    Target: { Id: target.id, Port: target.port },
    HealthCheckPort: healthCheck.port === "traffic-port" ? String(target.port) : healthCheck.port,
    TargetHealth: { State: state, Reason: reason, Description: description },
  };
}
