/** (t) 200 tasks of the embedded ECS: until all of them run, what each costs the server, and what is left afterwards. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { ECS } from "@aws-sdk/client-ecs";
import type { Part } from "./bench.ts";
import { spread } from "./figures.ts";
import { flagsOf, newInstallation } from "./installation.ts";
import { residentMB } from "./machine.ts";
import { startProgram } from "./processes.ts";
import { ACCOUNT, REGION } from "./seed.ts";

const TASKS = 200;
const LONGEST_MS = 30_000;
const MOST_MB = 1;
const cluster = "bench";
/** Stands in the environment of every process of a task. */
const MARK = `signalbox-bench-${process.pid}`;

export const ecsTasks: Part = async (bench) => {
  const tasks = bench.quick ? 20 : TASKS;
  const floors = [await bareProcessesMs(tasks)];
  const program = await startProgram(bench.program, flagsOf(await newInstallation(bench, "ecs")));
  const credentials = { accessKeyId: ACCOUNT, secretAccessKey: "bench" };
  const ecs = new ECS({ endpoint: program.url, region: REGION, credentials });
  await serviceOfNothing(ecs);
  await pause(3000);
  const memoryBefore = residentMB(program.pid);
  const startAt = performance.now();
  await ecs.updateService({ cluster, service: "web", desiredCount: tasks });
  await running(ecs, tasks);
  const startedMs = performance.now() - startAt;
  await pause(3000);
  const perTask = (residentMB(program.pid) - memoryBefore) / tasks;
  const stopAt = performance.now();
  await ecs.updateService({ cluster, service: "web", desiredCount: 0 });
  await running(ecs, 0);
  const stoppedMs = performance.now() - stopAt;
  await ecs.updateService({ cluster, service: "web", desiredCount: tasks });
  await running(ecs, tasks);
  await program.end();
  const left = processesLeft();
  floors.push(await bareProcessesMs(tasks));
  const floor = { value: Math.min(...floors), is: "bare processes" };
  return {
    title: `${tasks} tasks of the embedded ECS`,
    rows: [
      {
        ...{ name: "until all of them run", value: startedMs, unit: "ms", floor, ratio: startedMs / floor.value },
        bar: { demand: `<= ${LONGEST_MS}`, met: startedMs <= LONGEST_MS, whateverTheNoise: true },
      },
      { name: "until all of them have ended", value: stoppedMs, unit: "ms" },
      {
        ...{ name: "memory of the server for each", value: perTask, unit: "MB" },
        bar: { demand: `<= ${MOST_MB}`, met: perTask <= MOST_MB, whateverTheNoise: true },
      },
      {
        ...{ name: "processes left when the server has ended", value: left, unit: "" },
        bar: { demand: "= 0", met: left === 0, isFact: true },
      },
    ],
    floorSpread: spread(floors),
  };
};

async function serviceOfNothing(ecs: ECS): Promise<void> {
  await ecs.createCluster({ clusterName: cluster });
  const environment = [{ name: "MARK", value: MARK }];
  const portMappings = [{ containerPort: 8080 }];
  const container = { name: "web", image: "local/process", memory: 64, command: ["sleep", "3600"] };
  await ecs.registerTaskDefinition({
    family: "web",
    containerDefinitions: [{ ...container, environment, portMappings }],
  });
  await ecs.createService({ cluster, serviceName: "web", taskDefinition: "web", desiredCount: 0 });
}

async function running(ecs: ECS, count: number): Promise<void> {
  for (;;) {
    const { services } = await ecs.describeServices({ cluster, services: ["web"] });
    if (services?.[0]?.runningCount === count) return;
    await pause(50);
  }
}

/** As many processes of the same program, each in a group of its own with pipes, started by nobody but this. */
async function bareProcessesMs(count: number): Promise<number> {
  const startAt = performance.now();
  const children = Array.from({ length: count }, () => spawn("sleep", ["3600"], { detached: true }));
  await Promise.all(children.map((child) => once(child, "spawn")));
  const tookMs = performance.now() - startAt;
  await Promise.all(children.map(ended));
  return tookMs;
}

async function ended(child: ChildProcess): Promise<void> {
  const exit = once(child, "exit");
  child.kill("SIGKILL");
  await exit;
}

function processesLeft(): number {
  return readdirSync("/proc").filter((name) => {
    try {
      return /^[0-9]+$/.test(name) && readFileSync(`/proc/${name}/environ`, "utf8").includes(MARK);
    } catch {
      return false;
    }
  }).length;
}
