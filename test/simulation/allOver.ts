/** What must hold when nothing is left that could happen. */
import { hasEnded } from "../../src/engine/deployment.ts";
import type { Store } from "../../src/store/store.ts";
import { CALLER } from "./clients.ts";
import { BrokenPromise, broken, type Known } from "./known.ts";
import { checkOwed, checkTaken } from "./notificationPromises.ts";
import type { Receivers } from "./receivers.ts";
import type { Scenario } from "./scenario.ts";
import { checkDecisions } from "./steeringPromises.ts";

/** `all` is as durable as what is in the store. */
export async function checkAllOver(
  store: Store,
  all: readonly Known[],
  receivers: Receivers,
  { receivers: scripts, groupSettings, nodes }: Scenario,
): Promise<void> {
  for (const known of all) {
    if (!hasEnded(known.record.state.status)) broken(known, "is stuck: nothing is left that could move it on");
  }
  const [effects, waiting, owed, dead] = await store.read(async (reader) => [
    await reader.effects.all(),
    await reader.inbox.waiting(),
    await reader.notifications.list(CALLER, "owed", { after: null, limit: 100_000 }),
    await reader.notifications.list(CALLER, "dead", { after: null, limit: 100_000 }),
  ]);
  if (effects.length + waiting.length > 0) throw new BrokenPromise("effects or events are left over");
  if (scripts.length === 0) checkOwed(all, owed);
  else checkTaken(all, receivers, groupSettings, { owed, dead }, nodes !== null);
  await store.read(async ({ deployments, history }) => {
    for (const known of all) {
      const found = await deployments.find(CALLER, known.deploymentId);
      checkDecisions(known, await history.of(found?.n ?? 0));
    }
  });
}
