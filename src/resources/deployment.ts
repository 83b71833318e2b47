/** What is true of a deployment, and how it is shown (semantics 3). */
import {
  DeploymentDoesNotExistException,
  DeploymentIdRequiredException,
  InvalidDeploymentIdException,
} from "../shapes/codedeploy.ts";

export function requireDeploymentId(deploymentId: string | undefined): string {
  if (!deploymentId) throw new DeploymentIdRequiredException("Deployment id must be specified");
  if (!/^d-[A-Z0-9]{9}$/.test(deploymentId)) {
    throw new InvalidDeploymentIdException(`Specified DeploymentId is not in the valid format: ${deploymentId}`);
  }
  return deploymentId;
}

export function requireDeployment<Found>(deploymentId: string, found: Found | undefined): Found {
  if (!found) throw new DeploymentDoesNotExistException(`The deployment ${deploymentId} could not be found`);
  return found;
}
