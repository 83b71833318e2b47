/** The attributes of load balancers, target groups and listeners, as they are asked for and changed. */
import type {
  DescribeListenerAttributesCommandInput,
  DescribeLoadBalancerAttributesCommandInput,
  DescribeTargetGroupAttributesCommandInput,
  ModifyListenerAttributesCommandInput,
  ModifyLoadBalancerAttributesCommandInput,
  ModifyTargetGroupAttributesCommandInput,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import {
  changedBalancer,
  changedGroup,
  changedListener,
  listenerAttributes,
  loadBalancerAttributes,
  targetGroupAttributes,
} from "./attributes.ts";
import { type Operation, requireListener, requireLoadBalancer, requireTargetGroup } from "./operation.ts";
import type { Texts } from "./resources.ts";

export const describeLoadBalancerAttributes: Operation<DescribeLoadBalancerAttributesCommandInput> = (
  control,
  scope,
  { LoadBalancerArn },
) => answer(loadBalancerAttributes(requireLoadBalancer(control, scope, LoadBalancerArn)));

export const modifyLoadBalancerAttributes: Operation<ModifyLoadBalancerAttributesCommandInput> = (
  control,
  scope,
  { LoadBalancerArn, Attributes = [] },
) => {
  const found = requireLoadBalancer(control, scope, LoadBalancerArn);
  const value = { ...found, attributes: changedBalancer(found, Attributes) };
  control.store.commit([{ kind: "loadBalancer", arn: found.arn, value }]);
  return answer(loadBalancerAttributes(value));
};

export const describeTargetGroupAttributes: Operation<DescribeTargetGroupAttributesCommandInput> = (
  control,
  scope,
  { TargetGroupArn },
) => answer(targetGroupAttributes(requireTargetGroup(control, scope, TargetGroupArn)));

export const modifyTargetGroupAttributes: Operation<ModifyTargetGroupAttributesCommandInput> = (
  control,
  scope,
  { TargetGroupArn, Attributes = [] },
) => {
  const found = requireTargetGroup(control, scope, TargetGroupArn);
  const value = { ...found, attributes: changedGroup(found, Attributes) };
  control.store.commit([{ kind: "targetGroup", arn: found.arn, value }]);
  if (value.attributes["stickiness.enabled"] === "true") {
    control.log(`elbv2: ${found.arn} asks for stickiness, which is kept and not done: requests go to every target`);
  }
  return answer(targetGroupAttributes(value));
};

export const describeListenerAttributes: Operation<DescribeListenerAttributesCommandInput> = (
  control,
  scope,
  { ListenerArn },
) => answer(listenerAttributes(requireListener(control, scope, ListenerArn)));

export const modifyListenerAttributes: Operation<ModifyListenerAttributesCommandInput> = (
  control,
  scope,
  { ListenerArn, Attributes = [] },
) => {
  const found = requireListener(control, scope, ListenerArn);
  const value = { ...found, attributes: changedListener(found, Attributes) };
  control.store.commit([{ kind: "listener", arn: found.arn, value }]);
  return answer(listenerAttributes(value));
};

const answer = (attributes: Texts) => ({
  Attributes: Object.entries(attributes).map(([Key, Value]) => ({ Key, Value })),
});
