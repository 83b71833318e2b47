/**
 * The API, the engine and the store in one process: deployments live from their creation, through both of their
 * validation functions, to their end. Drivers answer at once, and the functions report at once.
 */
import type { Clock } from "../src/clock.ts";
import { randomIds } from "../src/ids.ts";
import { sealHookExecutionId } from "../src/resources/hookExecutionId.ts";
import { Runner } from "../src/runner/runner.ts";
import type { Store } from "../src/store/store.ts";
import { serviceInProcess } from "./serviceInProcess.ts";
import { type InvokeHook, stubDriver } from "./stubbedProgram.ts";

const HOOK_KEY = Buffer.alloc(32, 7);
const GROUPS_AT_ONCE = 64;

export interface WholeLives {
  /** Creates a deployment in the next of the groups; resolves when its last function's report has been accepted. */
  live(): Promise<void>;
  /** Requests of any other kind. */
  ask: ReturnType<typeof serviceInProcess>["ask"];
  stop(): Promise<void>;
}

/** `groups` must be more than deployments are ever under way at once: each takes its turn. */
export async function openWholeLives(
  store: Store,
  clock: Clock,
  { configName, groups }: { configName: string; groups: number },
): Promise<WholeLives> {
  const { ask } = serviceInProcess(store, clock, HOOK_KEY);
  const ends = new Map<string, { resolve: () => void; reject: (error: unknown) => void }>();
  const report = async (deploymentId: string, { targetId, lifecycleEvent }: InvokeHook) => {
    // Virtual time stands still until the function has reported.
    const release = clock.hold();
    try {
      const lifecycleEventHookExecutionId = sealHookExecutionId(HOOK_KEY, { deploymentId, targetId, lifecycleEvent });
      const told = { deploymentId, lifecycleEventHookExecutionId, status: "Succeeded" };
      await ask("PutLifecycleEventHookExecutionStatus", told);
      if (lifecycleEvent !== "AfterAllowTraffic") return;
      ends.get(deploymentId)?.resolve();
      ends.delete(deploymentId);
    } catch (error) {
      ends.get(deploymentId)?.reject(error);
    } finally {
      release();
    }
  };
  const drivers = [stubDriver((deploymentId, hook) => void report(deploymentId, hook))];
  const log = (line: string) => void process.stderr.write(`${line}\n`);
  const runner = new Runner({ store, clock, ids: randomIds, log, drivers });
  await runner.start();
  await makeGroups(ask, configName, groups);

  let made = 0;
  return {
    ask,
    async live() {
      const release = clock.hold();
      const deploymentGroupName = `group-${made++ % groups}`;
      const created = await ask("CreateDeployment", { applicationName: "lives", deploymentGroupName, revision });
      const deploymentId = String(created["deploymentId"]);
      const end = new Promise<void>((resolve, reject) => ends.set(deploymentId, { resolve, reject }));
      release();
      await end;
    },
    stop: () => runner.stop(),
  };
}

async function makeGroups(ask: WholeLives["ask"], deploymentConfigName: string, groups: number): Promise<void> {
  await ask("CreateApplication", { applicationName: "lives", computePlatform: "Lambda" });
  const numbers = Array.from({ length: groups }, (_, number) => number).values();
  const make = async () => {
    for (const number of numbers) {
      await ask("CreateDeploymentGroup", {
        applicationName: "lives",
        deploymentGroupName: `group-${number}`,
        deploymentConfigName,
        serviceRoleArn: "arn:aws:iam::123456789012:role/CodeDeployServiceRole",
        deploymentStyle: { deploymentType: "BLUE_GREEN", deploymentOption: "WITH_TRAFFIC_CONTROL" },
      });
    }
  };
  await Promise.all(Array.from({ length: GROUPS_AT_ONCE }, make));
}

const content = JSON.stringify({
  version: 0.0,
  Resources: [
    {
      checkout: {
        Type: "AWS::Lambda::Function",
        Properties: { Name: "checkout", Alias: "live", CurrentVersion: "1", TargetVersion: "2" },
      },
    },
  ],
  Hooks: [{ BeforeAllowTraffic: "checkout-before" }, { AfterAllowTraffic: "checkout-after" }],
});
const revision = { revisionType: "AppSpecContent", appSpecContent: { content } };
