/** What a Lambda deployment checks before it touches anything, in the order of semantics 4.2. */

import type { LambdaAppSpec } from "../resources/lambdaAppSpec.ts";
import { ALIAS_MISMATCH_TEXT, failure, INVALID_CONFIGURATION_TEXT, type Interruption } from "./interruption.ts";
import type { AliasState } from "./plan.ts";

/** What is wrong with the alias as it was `found`, measured by the AppSpec; `null` when the deployment may go on. */
export function startProblem(appSpec: LambdaAppSpec, found: AliasState): Interruption | null {
  const { functionName, alias, currentVersion, targetVersion } = appSpec;
  const name = `Alias ${alias} of function ${functionName}`;
  const refuse = (message: string, detail: string): Interruption => ({
    ...failure("INVALID_LAMBDA_CONFIGURATION", message, detail),
    obstacle: "nothing had been changed",
  });
  if (found.routed) {
    const share = `${Math.round(found.routed.weight * 100)} % of its traffic goes to version ${found.routed.version}`;
    return refuse(
      INVALID_CONFIGURATION_TEXT,
      `${name} is split: ${share}. An earlier deployment may have been stopped without a rollback; clear the alias's routing configuration and deploy again.`,
    );
  }
  if (found.version !== currentVersion) {
    return refuse(
      ALIAS_MISMATCH_TEXT,
      `${name} points to version ${found.version}, but the AppSpec's CurrentVersion is ${currentVersion}. Set CurrentVersion to ${found.version}.`,
    );
  }
  if (currentVersion === targetVersion) {
    return refuse(
      INVALID_CONFIGURATION_TEXT,
      `The AppSpec's CurrentVersion and TargetVersion are both ${currentVersion}: there is nothing to deploy. Publish a new version and name it as TargetVersion.`,
    );
  }
  return null;
}
