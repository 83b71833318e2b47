/** What the alarms of a deployment mean for it (semantics 8.3). */
import type { AlarmState, Effect, EffectProblem, Step } from "./deployment.ts";
import { failure, type Interruption, permissionText } from "./interruption.ts";
import type { DeploymentPlan, PlannedAlarms } from "./plan.ts";
import { type Context, forward, move, type NextMove } from "./stage.ts";

/** What the states end the deployment with; `null` when it may go on. OK and INSUFFICIENT_DATA let it. */
export function alarmInterruption(plan: DeploymentPlan, states: Record<string, AlarmState>): Interruption | null {
  const { alarms } = plan;
  if (!alarms) return null;
  const red = alarms.names.filter((name) => states[name] === "ALARM");
  if (red.length > 0) return redAlarms(red);
  const missing = missingAlarms(alarms, states);
  if (missing.length === 0 || alarms.ignorePollFailure) return null;
  const [text, those] = missing.length === 1 ? ["alarm does", "it"] : ["alarms do", "them"];
  const detail = `The ${text} not exist: ${missing.join(", ")}. Create ${those}, name other alarms, or set ignorePollAlarmFailure to deploy without ${those}.`;
  return stopped("CODEDEPLOY_RESOURCE_CANNOT_BE_FOUND", detail, detail);
}

/** What it ends the deployment with that its alarms cannot be read; `null` when it goes on without them. */
export function unreadableAlarms(plan: DeploymentPlan, problem: EffectProblem): Interruption | null {
  const { alarms, serviceRoleArn } = plan;
  if (!alarms || alarms.ignorePollFailure) return null;
  const detail = `The alarms ${alarms.names.join(", ")} could not be read: ${problem.message}`;
  // Which code the real service gives is not published.
  if (problem.kind === "accessDenied") {
    return stopped("IAM_ROLE_PERMISSIONS", permissionText(serviceRoleArn, "AmazonCloudWatch"), detail);
  }
  return stopped("INTERNAL_ERROR", detail, detail);
}

/** Whether the states end the deployment by themselves. */
export function isRed({ names }: PlannedAlarms, states: Record<string, AlarmState>): boolean {
  return names.some((name) => states[name] === "ALARM");
}

function missingAlarms(alarms: PlannedAlarms, states: Record<string, AlarmState>): string[] {
  return alarms.names.filter((name) => states[name] === undefined);
}

/** The real service's text, seen in public reports. */
function redAlarms(names: string[]): Interruption {
  const active = names.map((name) => `<${name}>`).join(" ");
  return stopped(
    "ALARM_ACTIVE",
    `One or more alarms have been activated according to the Amazon CloudWatch metrics you selected, and the affected deployments have been stopped. Activated alarms: ${active}`,
    `In ALARM: ${names.join(", ")}.`,
  );
}

function stopped(code: Interruption["code"], message: string, detail: string): Interruption {
  return { ...failure(code, message, detail), status: "Stopped", rollbackEvent: "DEPLOYMENT_STOP_ON_ALARM" };
}

/** The checks are behind the deployment: its alarms are looked at, where it has any, before it takes its first step. */
export function afterChecks<In extends Context, Move extends NextMove>(
  context: In,
  first: Move,
  take: (context: In, next: Move) => Step,
): Step {
  const { alarms } = context.plan;
  if (!alarms) return forward(context, first, take);
  const effect: Effect = { type: "readAlarms", key: "readAlarms", names: alarms.names };
  return { ...move(context.deployment, { phase: "ReadingAlarms", awaiting: effect.key }), effects: [effect] };
}
