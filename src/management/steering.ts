/**
 * `POST /_signalbox/deployments/<id>/pause | resume | skip-wait | promote | abort`: what people may ask of a deployment
 * under way, beside the CodeDeploy API. The engine follows it at its next turn; who asked stands in the decision log.
 */
import type { Instant } from "../clock.ts";
import type { SteeringVerb } from "../engine/deployment.ts";
import { steeringRefusal } from "../engine/steering.ts";
import type { Caller } from "../protocol/http.ts";
import { ProtocolError } from "../protocol/protocolError.ts";
import { requireDeployment, requireDeploymentId } from "../resources/deployment.ts";
import type { Store } from "../store/store.ts";

/** Answers when the wish is durable. One that cannot be followed now is refused with 409 and the reason. */
export async function steerDeployment(store: Store, caller: Caller, id: string, verb: SteeringVerb, at: Instant) {
  const deploymentId = requireDeploymentId(id);
  return store.transaction(async (tx) => {
    const found = requireDeployment(deploymentId, await tx.deployments.find(caller, deploymentId));
    const refusal = steeringRefusal(found.plan, found, verb);
    if (refusal !== null) throw new ProtocolError(409, "InvalidOperationException", refusal);
    const by = caller.accessKeyId ?? caller.sourceAddress;
    await tx.inbox.append(found.n, { type: "steered", at, verb, by });
    return { deploymentId, verb };
  });
}
