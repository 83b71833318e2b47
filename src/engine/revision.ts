/** From the revision to the AppSpec: known when the deployment is created, or read from S3 when it starts (semantics 4.2). */
import type { Instant } from "../clock.ts";
import { type EcsAppSpec, ecsAppSpecIn } from "../resources/appSpec/ecsAppSpec.ts";
import { AppSpecSyntaxError, orSyntaxError } from "../resources/appSpecDocument.ts";
import { type LambdaAppSpec, lambdaAppSpecIn } from "../resources/lambdaAppSpec.ts";
import type { S3Location } from "../shapes/codedeploy.ts";
import type { Deployment, DeploymentState, Effect, EffectProblem, Target } from "./deployment.ts";
import { type EcsPlan, hasTestTraffic } from "./ecsPlan.ts";
import { effectFailure, failure, type Interruption, permissionText } from "./interruption.ts";
import { ecsLifecycle, LAMBDA_LIFECYCLE, pendingEvents } from "./lifecycle.ts";
import type { DeploymentPlan, Work } from "./plan.ts";
import type { Context } from "./stage.ts";

/** What the deployment deploys, or what is wrong with it; `null` while its revision has not been read. */
export function appSpecOf<Of extends Work>(
  plan: DeploymentPlan<Of>,
  state: DeploymentState,
): AppSpecFor<Of> | { problem: string } | null {
  const { appSpec } = plan.work;
  return ("readFrom" in appSpec ? (state.appSpec ?? null) : appSpec) as AppSpecFor<Of> | { problem: string } | null;
}

export type AppSpecFor<Of extends Work> = Of extends EcsPlan ? EcsAppSpec : LambdaAppSpec;

/** The same, or `null` where it cannot be deployed. */
export function usableAppSpecOf<Of extends Work>(
  plan: DeploymentPlan<Of>,
  state: DeploymentState,
): AppSpecFor<Of> | null {
  const appSpec = appSpecOf(plan, state);
  return appSpec === null || "problem" in appSpec ? null : appSpec;
}

/** The targets as they are before anything has happened to them. */
export function targetsOf({ work }: DeploymentPlan, appSpec: LambdaAppSpec | EcsAppSpec, at: Instant): Target[] {
  const [targetId, lifecycle] =
    "functionName" in appSpec
      ? [`${appSpec.functionName}:${appSpec.alias}`, LAMBDA_LIFECYCLE]
      : [serviceId(work as EcsPlan), ecsLifecycle(hasTestTraffic(work as EcsPlan))];
  return [{ targetId, status: "Pending", lastUpdatedAt: at, lifecycleEvents: pendingEvents(lifecycle), weight: 0 }];
}

/** `<cluster>:<service>`; each may have been given by its ARN. */
function serviceId({ service }: EcsPlan): string {
  const name = (given: string) => given.slice(given.lastIndexOf("/") + 1);
  return `${name(service.clusterName)}:${name(service.serviceName)}`;
}

export const readRevision = (location: S3Location): Effect => ({ type: "readRevision", key: "readRevision", location });

/** The deployment with the AppSpec that was read, and with its targets; or what ends it. */
export function withRevision(
  { plan, deployment, at }: Context,
  content: string,
): Deployment | { unreadable: Interruption } {
  const appSpec = orSyntaxError(() =>
    plan.work.platform === "ECS" ? ecsAppSpecIn(content) : lambdaAppSpecIn(content),
  );
  if (appSpec instanceof AppSpecSyntaxError) {
    const detail = `The revision's AppSpec is neither valid YAML nor valid JSON: ${appSpec.message}`;
    return { unreadable: failure("INVALID_REVISION", detail, detail) };
  }
  const targets = "problem" in appSpec ? [] : targetsOf(plan, appSpec, at);
  return { state: { ...deployment.state, appSpec }, targets };
}

/** The revision could not be read, whatever was tried (semantics 3.9). */
export function revisionFailure(plan: DeploymentPlan, problem: EffectProblem): Interruption {
  const { kind, message } = problem;
  switch (kind) {
    case "notFound":
      return failure("REVISION_MISSING", message, message);
    case "accessDenied":
      return failure("IAM_ROLE_PERMISSIONS", permissionText(plan.serviceRoleArn, "AmazonS3"), message);
    case "invalid":
      return failure("INVALID_REVISION", message, message);
    case "unavailable":
      return failure("INTERNAL_ERROR", `Amazon S3 did not answer as it should: ${message}`, message);
    default:
      return effectFailure(plan, problem);
  }
}
