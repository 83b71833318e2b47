/** The plan of a new deployment: what the request, its group and its configuration say, frozen (semantics 3.1). */
import type { EcsPlan, TargetGroupPair } from "../engine/ecsPlan.ts";
import {
  type DeploymentPlan,
  type DeploymentRequest,
  type LambdaPlan,
  planEcsDeployment,
  planLambdaDeployment,
} from "../engine/plan.ts";
import type { ApplicationRecord } from "../resources/application.ts";
import { ecsAppSpecIn } from "../resources/appSpec/ecsAppSpec.ts";
import { type DeploymentConfigRecord, trafficRoutingOf } from "../resources/deploymentConfig.ts";
import type { DeploymentGroupRecord } from "../resources/deploymentGroup.ts";
import { requireAlarmConfiguration, requireAutoRollbackConfiguration } from "../resources/groupSettings.ts";
import { readInlineAppSpec } from "../resources/inlineAppSpec.ts";
import { lambdaAppSpecIn } from "../resources/lambdaAppSpec.ts";
import { type CompleteRevision, withoutContent } from "../resources/revision.ts";
import {
  BAKE_TAG,
  bakeMs,
  HOOK_TIMEOUT_TAG,
  hookTimeoutMs,
  type ResourceTag,
  TEST_HEADER_TAG,
  WEBHOOK_TAG,
} from "../resources/tags.ts";
import { testHeaderIn } from "../resources/testHeader.ts";
import type { CreateDeploymentInput, TargetGroupPairInfo } from "../shapes/codedeploy.ts";
import type { Scope, Stored, Transaction } from "../store/store.ts";
import type { Services } from "./operation.ts";

/** What the request refers to. */
export interface Parts {
  application: ApplicationRecord;
  group: Stored<DeploymentGroupRecord>;
  tags: readonly ResourceTag[];
  config: DeploymentConfigRecord;
  revision: CompleteRevision;
}

export async function planFor(
  tx: Transaction,
  services: Services,
  caller: Scope,
  input: CreateDeploymentInput,
  parts: Parts,
): Promise<DeploymentPlan> {
  const request = await requestFor(tx, services, caller, input, parts);
  const timeout = parts.tags.find(({ Key }) => Key === HOOK_TIMEOUT_TAG);
  const pace = {
    traffic: trafficRoutingOf(parts.config.trafficRoutingConfig),
    hookTimeoutMs: (timeout && hookTimeoutMs(timeout.Value)) || services.hookTimeoutMs,
  };
  return parts.application.computePlatform === "ECS"
    ? planEcsDeployment(request, { ...pace, ...ecsWork(parts, services) })
    : planLambdaDeployment({ ...request, ...pace, appSpec: lambdaAppSpecOf(parts) });
}

async function requestFor(
  tx: Transaction,
  services: Services,
  caller: Scope,
  input: CreateDeploymentInput,
  { application, group, tags, config, revision }: Parts,
): Promise<DeploymentRequest> {
  const { ids, clock } = services;
  const autoRollbackConfiguration = input.autoRollbackConfiguration
    ? requireAutoRollbackConfiguration(input.autoRollbackConfiguration)
    : (group.autoRollbackConfiguration ?? { enabled: false });
  const overrideAlarmConfiguration =
    input.overrideAlarmConfiguration &&
    requireAlarmConfiguration(input.overrideAlarmConfiguration, services.quotas.group.alarms);
  const last = await tx.deployments.lastSuccessful(group.n);
  const webhook = tags.find(({ Key }) => Key === WEBHOOK_TAG)?.Value ?? services.webhook;
  return {
    deploymentId: ids.deploymentId(),
    rollbackDeploymentId: ids.deploymentId(),
    accountId: caller.accountId,
    region: caller.region,
    createTime: clock.now(),
    serviceRoleArn: group.serviceRoleArn,
    notifies: { deploymentGroupId: group.deploymentGroupId, triggers: group.triggerConfigurations, webhook },
    alarmConfiguration: overrideAlarmConfiguration ?? group.alarmConfiguration,
    info: {
      applicationName: application.applicationName,
      deploymentGroupName: group.deploymentGroupName,
      deploymentConfigName: config.deploymentConfigName,
      previousRevision: last?.plan.info.revision,
      revision: withoutContent(revision.location),
      description: input.description,
      ignoreApplicationStopFailures: false,
      updateOutdatedInstancesOnly: false,
      autoRollbackConfiguration,
      overrideAlarmConfiguration,
      deploymentStyle: group.deploymentStyle,
      blueGreenDeploymentConfiguration: group.blueGreenDeploymentConfiguration,
      loadBalancerInfo: group.loadBalancerInfo,
      computePlatform: application.computePlatform,
    },
  };
}

function lambdaAppSpecOf({ revision: { location } }: Parts): LambdaPlan["appSpec"] {
  const { s3Location } = location;
  return s3Location ? { readFrom: s3Location } : readInlineAppSpec(location, lambdaAppSpecIn);
}

const MINUTE_MS = 60_000;

/** What a group has of a service and its listeners; its creation has seen to it that it is there (semantics 2.4). */
function ecsWork(
  { group, tags, revision: { location } }: Parts,
  { failFast }: Services,
): Omit<EcsPlan, "platform" | "undoes" | "traffic" | "hookTimeoutMs"> {
  const { s3Location } = location;
  const [service] = group.ecsServices ?? [];
  const [pair = {}, ...morePairs] = group.loadBalancerInfo?.targetGroupPairInfoList ?? [];
  const tagged = (key: string) => tags.find(({ Key }) => Key === key)?.Value ?? "";
  const bake = bakeMs(tagged(BAKE_TAG));
  const testHeader = testHeaderIn(tagged(TEST_HEADER_TAG));
  const { deploymentReadyOption: ready, terminateBlueInstancesOnDeploymentSuccess: termination } =
    group.blueGreenDeploymentConfiguration ?? {};
  return {
    appSpec: s3Location ? { readFrom: s3Location } : readInlineAppSpec(location, ecsAppSpecIn),
    service: { clusterName: service?.clusterName ?? "", serviceName: service?.serviceName ?? "" },
    ...plannedPair(pair),
    ...(morePairs.length > 0 && { morePairs: morePairs.map(plannedPair) }),
    rerouteWaitMs: ready?.actionOnTimeout === "STOP_DEPLOYMENT" ? (ready.waitTimeInMinutes ?? 0) * MINUTE_MS : null,
    terminationWaitMs: (termination?.terminationWaitTimeInMinutes ?? 0) * MINUTE_MS,
    ...(bake && { bakeMs: bake }),
    ...(testHeader && { testHeader }),
    failFast,
  };
}

function plannedPair({ targetGroups = [], prodTrafficRoute, testTrafficRoute }: TargetGroupPairInfo): TargetGroupPair {
  const [productionListenerArn = ""] = prodTrafficRoute?.listenerArns ?? [];
  const [testListenerArn = null] = testTrafficRoute?.listenerArns ?? [];
  return { targetGroups: targetGroups.map(({ name = "" }) => name), productionListenerArn, testListenerArn };
}
