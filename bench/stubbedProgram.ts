/** The program with drivers that answer at once, for what is to be measured without the AWS SDK's share of the CPU. */

import { realClock } from "../src/clock.ts";
import type { Driver } from "../src/drivers/driver.ts";
import type { Effect, EffectAnswer } from "../src/engine/deployment.ts";
import { randomIds } from "../src/ids.ts";
import { startHttpServer } from "../src/protocol/httpServer.ts";
import { answerRequest } from "../src/protocol/requestSteps.ts";
import { Runner } from "../src/runner/runner.ts";
import { readSettings } from "../src/settings.ts";
import { flagsOf, type Installation, openStore } from "./installation.ts";
import { bareService } from "./serviceInProcess.ts";

export type InvokeHook = Extract<Effect, { type: "invokeHook" }>;

/** Does nothing, and says that it has been done. */
export function stubDriver(hookInvoked: (deploymentId: string, hook: InvokeHook) => void = () => {}): Driver {
  return {
    performs: ["readAlias", "moveAlias", "invokeHook"],
    async perform(effect, { deploymentId }) {
      if (effect.type === "invokeHook") hookInvoked(deploymentId, effect);
      return answerTo(effect);
    },
  };
}

function answerTo(effect: Effect): EffectAnswer {
  switch (effect.type) {
    case "readRevision":
      throw new Error("the deployments that are measured bring their AppSpec with them");
    case "readAlias":
      return { type: "aliasRead", alias: { version: "1", routed: null } };
    case "readAlarms":
      return { type: "alarmsRead", states: Object.fromEntries(effect.names.map((name) => [name, "OK" as const])) };
    case "moveAlias":
      return { type: "aliasMoved" };
    case "invokeHook": {
      const { targetId, lifecycleEvent } = effect;
      return { type: "hookInvocationEnded", targetId, lifecycleEvent, error: null, logTail: "" };
    }
    default:
      throw new Error(`the deployments that are measured are to Lambda, and want no ${effect.type}`);
  }
}

if (import.meta.main) {
  process.on("message", (installation: Installation) => void serve(installation));
}

async function serve(installation: Installation): Promise<void> {
  const settings = readSettings({ ...flagsOf(installation), port: "0" }, {});
  const clock = realClock();
  const store = await openStore(installation);
  const hookKey = await store.read((reader) => reader.installation.get("hookExecutionKey"));
  const log = (line: string) => void process.stderr.write(`${line}\n`);
  const runner = new Runner({ store, clock, ids: randomIds, log, drivers: [stubDriver()] });
  const service = bareService(store, clock, Buffer.from(hookKey ?? "", "base64"), settings);
  const server = await startHttpServer(settings, (incoming) =>
    answerRequest(incoming, {
      maxBodyBytes: () => settings.maxBodyBytes,
      defaultScope: settings,
      host: settings.host,
      services: [service],
      newRequestId: randomIds.uuid,
      reportFault: (_, error) => log(String(error)),
    }),
  );
  await runner.start();
  process.send?.({ url: server.url });
}
