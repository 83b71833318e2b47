/** Every action of the API that is built. The service model has the names of the others. */
import { describeAccountLimits } from "./accountLimits.ts";
import {
  describeListenerAttributes,
  describeLoadBalancerAttributes,
  describeTargetGroupAttributes,
  modifyListenerAttributes,
  modifyLoadBalancerAttributes,
  modifyTargetGroupAttributes,
} from "./attributeOperations.ts";
import {
  addListenerCertificates,
  createListener,
  deleteListener,
  describeListenerCertificates,
  describeListeners,
  modifyListener,
  removeListenerCertificates,
} from "./listenerOperations.ts";
import {
  createLoadBalancer,
  deleteLoadBalancer,
  describeCapacityReservation,
  describeLoadBalancers,
  modifyCapacityReservation,
  setIpAddressType,
  setSecurityGroups,
  setSubnets,
} from "./loadBalancerOperations.ts";
import type { Operation } from "./operation.ts";
import { createRule, deleteRule, describeRules, modifyRule, setRulePriorities } from "./ruleOperations.ts";
import { addTags, describeTags, removeTags } from "./tagOperations.ts";
import {
  createTargetGroup,
  deleteTargetGroup,
  describeTargetGroups,
  modifyTargetGroup,
} from "./targetGroupOperations.ts";
import { deregisterTargets, describeTargetHealth, registerTargets } from "./targetOperations.ts";

export const operations = {
  AddListenerCertificates: addListenerCertificates,
  AddTags: addTags,
  CreateListener: createListener,
  CreateLoadBalancer: createLoadBalancer,
  CreateRule: createRule,
  CreateTargetGroup: createTargetGroup,
  DeleteListener: deleteListener,
  DeleteLoadBalancer: deleteLoadBalancer,
  DeleteRule: deleteRule,
  DeleteTargetGroup: deleteTargetGroup,
  DeregisterTargets: deregisterTargets,
  DescribeAccountLimits: describeAccountLimits,
  DescribeCapacityReservation: describeCapacityReservation,
  DescribeListenerAttributes: describeListenerAttributes,
  DescribeListenerCertificates: describeListenerCertificates,
  DescribeListeners: describeListeners,
  DescribeLoadBalancerAttributes: describeLoadBalancerAttributes,
  DescribeLoadBalancers: describeLoadBalancers,
  DescribeRules: describeRules,
  DescribeTags: describeTags,
  DescribeTargetGroupAttributes: describeTargetGroupAttributes,
  DescribeTargetGroups: describeTargetGroups,
  DescribeTargetHealth: describeTargetHealth,
  ModifyCapacityReservation: modifyCapacityReservation,
  ModifyListener: modifyListener,
  ModifyListenerAttributes: modifyListenerAttributes,
  ModifyLoadBalancerAttributes: modifyLoadBalancerAttributes,
  ModifyRule: modifyRule,
  ModifyTargetGroup: modifyTargetGroup,
  ModifyTargetGroupAttributes: modifyTargetGroupAttributes,
  RegisterTargets: registerTargets,
  RemoveListenerCertificates: removeListenerCertificates,
  RemoveTags: removeTags,
  SetIpAddressType: setIpAddressType,
  SetRulePriorities: setRulePriorities,
  SetSecurityGroups: setSecurityGroups,
  SetSubnets: setSubnets,
} satisfies Record<string, Operation<never>>;
