/** The engine under load in a process of its own. */
import { type EngineRun, engineUnderLoad } from "./engineUnderLoad.ts";
import type { Installation } from "./installation.ts";
import type { WaitingDeployment } from "./seed.ts";

let engine: ReturnType<typeof engineUnderLoad> | null = null;

process.on("message", async (message: { installation: Installation; deployments: WaitingDeployment[] }) => {
  engine ??= engineUnderLoad(message.installation);
  const result: EngineRun = await (await engine).run(message.deployments);
  process.send?.(result);
});
