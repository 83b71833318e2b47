/** The waits of a blue/green deployment that a caller can end (semantics 3.7). */
import {
  type DeploymentWaitType,
  DeploymentWaitTypeValues,
  InvalidDeploymentWaitTypeException,
} from "../shapes/codedeploy.ts";
import { isOneOf } from "./names.ts";

/** READY_WAIT when absent: the operation is older than the member (semantics 11 #23). */
export function requireWaitType(type: string | undefined): DeploymentWaitType {
  if (type === undefined) return "READY_WAIT";
  if (isOneOf(DeploymentWaitTypeValues, type)) return type;
  throw new InvalidDeploymentWaitTypeException(
    `Invalid deployment wait type: ${type}. It must be ${DeploymentWaitTypeValues.join(" or ")}`,
  );
}
