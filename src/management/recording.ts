/** `GET /_signalbox/deployments/<id>/recording`: a deployment as `signalbox replay` plays it. */
import { formatOfRecording, type Recording } from "../engine/recording.ts";
import type { Caller } from "../protocol/http.ts";
import { ProtocolError } from "../protocol/protocolError.ts";
import { requireDeployment, requireDeploymentId } from "../resources/deployment.ts";
import type { Store } from "../store/store.ts";

/** How often a deployment that is just turning is read anew. */
const MOST_LOOKS = 10;

/** `program` is our own version. It contains AppSpecs and what functions have written last. */
export async function recordingOf(store: Store, caller: Caller, id: string, program: string): Promise<Recording> {
  const deploymentId = requireDeploymentId(id);
  return store.read(async ({ deployments, history }) => {
    const find = async () => requireDeployment(deploymentId, await deployments.find(caller, deploymentId));
    let found = await find();
    // A turn between the two reads would leave out the events that led to the outcome.
    for (let look = 1; look <= MOST_LOOKS; look += 1) {
      const told = await history.of(found.n);
      const again = await find();
      const [{ state, targets }, { plan }] = [again, found];
      if (JSON.stringify([found.state, found.targets]) === JSON.stringify([state, targets])) {
        const outcome = { state, targets };
        const signalboxRecording = formatOfRecording(plan, outcome);
        return { signalboxRecording, program, deploymentId, plan, told, outcome };
      }
      found = again;
    }
    throw new ProtocolError(503, "ServiceUnavailable", `Deployment ${deploymentId} is changing; try again`);
  });
}
