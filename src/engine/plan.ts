/** What a deployment will do, frozen when it is created: nothing that changes later in its group reaches it. */

import type { Instant } from "../clock.ts";
import type { LambdaAppSpec } from "../resources/lambdaAppSpec.ts";
import type { TrafficRouting } from "../resources/trafficRouting.ts";
import {
  type AlarmConfiguration,
  type AutoRollbackEvent,
  AutoRollbackEventValues,
  type DeploymentInfo,
  type RevisionLocation,
  type S3Location,
  type TriggerConfig,
} from "../shapes/codedeploy.ts";
import type { EcsPlan } from "./ecsPlan.ts";

/** Where an alias points: all traffic to `version`, or a share of it (0 to 1) to `routed.version`. */
export interface AliasState {
  version: string;
  routed: { version: string; weight: number } | null;
}

export interface LambdaPlan {
  platform: "Lambda";
  /**
   * A document that parses and is wrong fails the deployment when it starts, as the real service does (semantics 3.1).
   * One in S3 is read when the deployment starts, and is then part of its state: ask `appSpecOf`.
   */
  appSpec: LambdaAppSpec | { problem: string } | { readFrom: S3Location };
  traffic: TrafficRouting;
  hookTimeoutMs: number;
  /**
   * In a rollback: every state the deployment being undone may have left the alias in. It is put right from any of
   * these and from no other. Empty when that deployment had not yet looked at the alias: what its AppSpec says may be
   * wrong, and putting that "back" would move production traffic to where it never was. `null` in an ordinary
   * deployment, which starts from CurrentVersion alone.
   */
  undoes: AliasState[] | null;
}

/** Who is told of a deployment's course, as its group had it when the deployment was created. */
export interface Notifies {
  deploymentGroupId: string;
  triggers: TriggerConfig[];
  /** Where CloudEvents are posted to. */
  webhook: string | null;
}

/** What is to be done on the platform that is deployed to. */
export type Work = LambdaPlan | EcsPlan;

export interface DeploymentPlan<Of extends Work = Work> {
  deploymentId: string;
  accountId: string;
  region: string;
  createTime: Instant;
  /** The members of DeploymentInfo that never change. */
  info: Pick<
    DeploymentInfo,
    | "applicationName"
    | "deploymentGroupName"
    | "deploymentConfigName"
    | "previousRevision"
    | "revision"
    | "description"
    | "creator"
    | "ignoreApplicationStopFailures"
    | "updateOutdatedInstancesOnly"
    | "autoRollbackConfiguration"
    | "overrideAlarmConfiguration"
    | "deploymentStyle"
    | "blueGreenDeploymentConfiguration"
    | "loadBalancerInfo"
    | "computePlatform"
  >;
  /** What ends a deployment in such a way that a rollback follows; empty when rollback is not enabled. */
  rollsBackOn: AutoRollbackEvent[];
  /** Reserved when the plan is made, so that starting a rollback needs no chance and no look-up; `null` in a rollback. */
  rollbackDeploymentId: string | null;
  /** The revision a rollback deploys: that of the group's last success, else this deployment's own. */
  rollbackRevision: RevisionLocation;
  /** Set on a rollback: the deployment it undoes. */
  rollsBackDeploymentId: string | null;
  serviceRoleArn: string;
  /** What is watched from the start to the end; `null` when nothing is, as in every rollback (semantics 8.3). */
  alarms: PlannedAlarms | null;
  /** Absent in plans of before notifications were sent: such a deployment tells nobody. */
  notifies?: Notifies | undefined;
  /** The longest the whole deployment may take, counted from its start. */
  maxRunMs: number;
  work: Of;
}

/** The alarms of a deployment: any of them in ALARM stops it. */
export interface PlannedAlarms {
  names: string[];
  /** Whether the deployment goes on when its alarms cannot be read. */
  ignorePollFailure: boolean;
}

const HOUR_MS = 3_600_000;
/** Lambda's whole allowance: 48 hours of shifting and an hour for each of two hooks (semantics 3.10). */
const LAMBDA_MAX_RUN_MS = 50 * HOUR_MS;
/** Unpublished: an hour for the install and for each of five hooks, the longest waits and the longest shift (3.10). */
const ECS_MAX_RUN_MS = (1 + 5 + 120 + 48 + 48) * HOUR_MS;

/** What a caller asks for, checked, with what its group adds. */
export interface DeploymentRequest
  extends Pick<DeploymentPlan, "deploymentId" | "accountId" | "region" | "createTime" | "notifies"> {
  info: Omit<DeploymentPlan["info"], "creator">;
  rollbackDeploymentId: string;
  serviceRoleArn: string;
  /** The configuration that holds for this deployment, its group's or its own. */
  alarmConfiguration?: AlarmConfiguration | undefined;
}

/** The plan of an ordinary Lambda deployment. `info.previousRevision` is the revision of the group's last success. */
export function planLambdaDeployment(
  request: DeploymentRequest & Omit<LambdaPlan, "platform" | "undoes">,
): DeploymentPlan<LambdaPlan> {
  const { appSpec, traffic, hookTimeoutMs, ...of } = request;
  return planOf(of, LAMBDA_MAX_RUN_MS, { platform: "Lambda", appSpec, traffic, hookTimeoutMs, undoes: null });
}

/** The plan of an ordinary ECS deployment. */
export function planEcsDeployment(
  request: DeploymentRequest,
  work: Omit<EcsPlan, "platform" | "undoes">,
): DeploymentPlan<EcsPlan> {
  return planOf(request, ECS_MAX_RUN_MS, { platform: "ECS", ...work, undoes: null });
}

function planOf<Of extends Work>(request: DeploymentRequest, maxRunMs: number, work: Of): DeploymentPlan<Of> {
  const { info, alarmConfiguration, ...ids } = request;
  const { enabled, events = [] } = info.autoRollbackConfiguration ?? {};
  return {
    ...ids,
    info: { ...info, creator: "user" },
    rollsBackOn: enabled ? AutoRollbackEventValues.filter((event) => events.includes(event)) : [],
    rollbackRevision: info.previousRevision ?? info.revision ?? {},
    rollsBackDeploymentId: null,
    alarms: plannedAlarms(alarmConfiguration),
    maxRunMs,
    work,
  };
}

function plannedAlarms(configuration: AlarmConfiguration | undefined): PlannedAlarms | null {
  if (!configuration?.enabled) return null;
  const names = (configuration.alarms ?? []).flatMap(({ name }) => (name === undefined ? [] : [name]));
  return { names, ignorePollFailure: configuration.ignorePollAlarmFailure ?? false };
}
