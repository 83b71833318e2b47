/** The engine under load in a process of its own. */
import { type EngineRun, engineUnderLoad } from "./engineUnderLoad.ts";
import type { WaitingDeployment } from "./seed.ts";

let engine: ReturnType<typeof engineUnderLoad> | null = null;

process.on("message", async (message: { directory: string; deployments: WaitingDeployment[] }) => {
  engine ??= engineUnderLoad(message.directory);
  const result: EngineRun = await (await engine).run(message.deployments);
  process.send?.(result);
});
