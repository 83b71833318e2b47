/** What ends a deployment before it has succeeded, and what is said about it (semantics 3.8, 3.9). */
import type { AutoRollbackEvent, ErrorCode } from "../shapes/codedeploy.ts";
import type { EffectProblem } from "./deployment.ts";
import type { DeploymentPlan } from "./plan.ts";

export interface Interruption {
  status: "Failed" | "Stopped";
  code: ErrorCode;
  /** For `errorInformation`: the real service's text where it is known. */
  message: string;
  /** In our own words, naming the values at fault; also the diagnostics of the lifecycle event under way. */
  detail: string;
  logTail: string;
  /** The configured rollback event this counts as. */
  rollbackEvent: AutoRollbackEvent;
  /** What the caller of StopDeployment asked for; `null` leaves it to the plan. */
  rollBack: boolean | null;
  /** Why there is nothing to roll back, or why it must not be done; `null` when a rollback is possible. */
  obstacle: string | null;
}

// Texts of the real service, seen in public reports (semantics 3.9); clients match on them.
export const INVALID_CONFIGURATION_TEXT =
  "The deployment failed because the AppSpec file that specifies the AWS Lambda deployment configuration is missing or has an invalid configuration.";
export const ALIAS_MISMATCH_TEXT = `${INVALID_CONFIGURATION_TEXT} The Lambda function alias version does not match the current version in AppSpec file.`;
const HOOK_FAILURE_TEXT =
  "The deployment failed because one or more of the lifecycle event validation functions failed.";
/** `service` in the real service's spelling: AWSLambda, AmazonCloudWatch, AmazonS3. */
export const permissionText = (roleArn: string, service: string) =>
  `The IAM role ${roleArn} does not give you permission to perform operations in the following AWS service: ${service}. Contact your AWS administrator if you need help. If you are an AWS administrator, you can grant permissions to your users or groups by creating IAM policies.`;

export function failure(code: ErrorCode, message: string, detail: string): Interruption {
  return {
    status: "Failed",
    code,
    message,
    detail,
    logTail: "",
    rollbackEvent: "DEPLOYMENT_FAILURE",
    rollBack: null,
    obstacle: null,
  };
}

export function hookFailure(detail: string, logTail: string): Interruption {
  return { ...failure("HOOK_EXECUTION_FAILURE", HOOK_FAILURE_TEXT, detail), logTail };
}

export function stopRequest(rollBack: boolean | null, reason = "The deployment was stopped by a user."): Interruption {
  return {
    ...failure("MANUAL_STOP", "Deployment was stopped by a user", reason),
    status: "Stopped",
    rollbackEvent: "DEPLOYMENT_STOP_ON_REQUEST",
    rollBack,
  };
}

/** Nobody let the traffic move in time. It brings no rollback, and its code is a guess (semantics 5.7). */
export function rerouteExpired(): Interruption {
  const text = "The deployment was stopped because its traffic was not rerouted before the wait for it was over.";
  return { ...failure("TIMEOUT", text, text), status: "Stopped", rollBack: false };
}

/** A person aborts the deployment: a stop that always rolls back. */
export function abortRequest(by: string): Interruption {
  return { ...stopRequest(true), detail: `The deployment was aborted by ${by}.` };
}

/** A call of AWS Lambda for the deployment that could not be done, whatever was tried. */
export function effectFailure(plan: DeploymentPlan, problem: EffectProblem): Interruption {
  switch (problem.kind) {
    case "notFound":
      return failure("INVALID_LAMBDA_FUNCTION", problem.message, problem.message);
    case "accessDenied":
      return failure("IAM_ROLE_PERMISSIONS", permissionText(plan.serviceRoleArn, "AWSLambda"), problem.message);
    case "invalid":
      return failure("INVALID_LAMBDA_CONFIGURATION", INVALID_CONFIGURATION_TEXT, problem.message);
    case "changedByOthers":
      return {
        ...failure("INVALID_LAMBDA_CONFIGURATION", INVALID_CONFIGURATION_TEXT, problem.message),
        obstacle: "somebody else has changed the alias, and their change is left alone",
      };
    case "unavailable":
      return failure("INTERNAL_ERROR", `AWS Lambda did not answer as it should: ${problem.message}`, problem.message);
  }
}
