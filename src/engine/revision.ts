/** From the revision to the AppSpec: known when the deployment is created, or read from S3 when it starts (semantics 4.2). */
import type { Instant } from "../clock.ts";
import { AppSpecDocument, AppSpecSyntaxError } from "../resources/appSpecDocument.ts";
import { type LambdaAppSpec, readLambdaAppSpec } from "../resources/lambdaAppSpec.ts";
import type { S3Location } from "../shapes/codedeploy.ts";
import type { Deployment, DeploymentState, Effect, EffectProblem, Target } from "./deployment.ts";
import { effectFailure, failure, type Interruption, permissionText } from "./interruption.ts";
import { LAMBDA_LIFECYCLE, pendingEvents } from "./lifecycle.ts";
import type { DeploymentPlan } from "./plan.ts";
import type { Context } from "./stage.ts";

/** What the deployment deploys, or what is wrong with it; `null` while its revision has not been read. */
export function appSpecOf(plan: DeploymentPlan, state: DeploymentState): LambdaAppSpec | { problem: string } | null {
  const { appSpec } = plan.work;
  return "readFrom" in appSpec ? (state.appSpec ?? null) : appSpec;
}

/** The same, or `null` where it cannot be deployed. */
export function usableAppSpecOf(plan: DeploymentPlan, state: DeploymentState): LambdaAppSpec | null {
  const appSpec = appSpecOf(plan, state);
  return appSpec === null || "problem" in appSpec ? null : appSpec;
}

/** The targets as they are before anything has happened to them. */
export function targetsOf(appSpec: LambdaAppSpec, at: Instant): Target[] {
  return [
    {
      targetId: `${appSpec.functionName}:${appSpec.alias}`,
      status: "Pending",
      lastUpdatedAt: at,
      lifecycleEvents: pendingEvents(LAMBDA_LIFECYCLE),
      weight: 0,
    },
  ];
}

export const readRevision = (location: S3Location): Effect => ({ type: "readRevision", key: "readRevision", location });

/** The deployment with the AppSpec that was read, and with its targets; or what ends it. */
export function withRevision({ deployment, at }: Context, content: string): Deployment | { unreadable: Interruption } {
  const appSpec = readAppSpec(content);
  if (appSpec instanceof AppSpecSyntaxError) {
    const detail = `The revision's AppSpec is neither valid YAML nor valid JSON: ${appSpec.message}`;
    return { unreadable: failure("INVALID_REVISION", detail, detail) };
  }
  const targets = "problem" in appSpec ? [] : targetsOf(appSpec, at);
  return { state: { ...deployment.state, appSpec }, targets };
}

function readAppSpec(content: string): LambdaAppSpec | { problem: string } | AppSpecSyntaxError {
  try {
    return readLambdaAppSpec(new AppSpecDocument(content));
  } catch (error) {
    if (error instanceof AppSpecSyntaxError) return error;
    throw error;
  }
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
