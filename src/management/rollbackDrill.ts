/**
 * `POST /_signalbox/rollback-drill {"applicationName": "…", "deploymentGroupName": "…"}`: rehearses the group's rollback and
 * answers with one row for each failure that was injected. Nothing that serves traffic is touched.
 */
import type { DrillReport, RollbackDrill } from "../drill/rollbackDrill.ts";
import { audited } from "../operations/audit.ts";
import type { HttpRequest } from "../protocol/http.ts";
import { ProtocolError } from "../protocol/protocolError.ts";
import { requireApplicationName } from "../resources/application.ts";
import { requireDeploymentGroupName } from "../resources/deploymentGroup.ts";
import type { Store } from "../store/store.ts";

export type { DrillReport } from "../drill/rollbackDrill.ts";

export interface DrillRouteOptions {
  store: Store;
  now: () => number;
  drill: RollbackDrill;
}

/** Takes as long as the calls to Lambda: answered when the drill is over. */
export function drillRollback(options: DrillRouteOptions, request: HttpRequest): Promise<DrillReport> {
  const write = { operation: "RollbackDrill", request, readInput: () => groupIn(request.body) };
  return audited(options, write, (group) => options.drill.run(request.caller, group));
}

function groupIn(body: Buffer): { applicationName: string; deploymentGroupName: string } {
  let given: { applicationName?: unknown; deploymentGroupName?: unknown } | null;
  try {
    given = JSON.parse(body.toString("utf8")) as typeof given;
  } catch {
    throw new ProtocolError(400, "SerializationException", "The body is not valid JSON");
  }
  const { applicationName, deploymentGroupName } = given ?? {};
  for (const [name, value] of Object.entries({ applicationName, deploymentGroupName })) {
    if (value === undefined || typeof value === "string") continue;
    throw new ProtocolError(400, "ValidationException", `${name} must be a string`);
  }
  return {
    applicationName: requireApplicationName(applicationName as string | undefined),
    deploymentGroupName: requireDeploymentGroupName(deploymentGroupName as string | undefined),
  };
}
