/** Runs functions: a pool of execution environments for each. */

import { wallClock } from "../../../clock.ts";
import type { Ids } from "../../../ids.ts";
import type { ProcessRecord } from "../../processRecord.ts";
import type { CodeStore } from "../codeStore.ts";
import { type FunctionId, functionArn } from "../names.ts";
import type { DataPlane, RunTarget } from "../operation.ts";
import { ExecutionEnvironment } from "./environment.ts";
import type { LaunchOptions } from "./launch.ts";
import { Pool } from "./pool.ts";

export interface DataPlaneOptions extends LaunchOptions {
  code: CodeStore;
  ids: Ids;
  maxEnvironments: number;
  idleMs: number;
  log: (line: string) => void;
  processes: ProcessRecord;
}

export function createDataPlane(options: DataPlaneOptions): DataPlane & { close(): Promise<void> } {
  const { code, ids } = options;
  const pools = new Map<string, Pool>();
  const warned = new Set<string>();

  const start = (target: RunTarget): ExecutionEnvironment => {
    warnOfOtherRuntime(target.version.runtime, warned, options.log);
    const day = new Date(wallClock.now()).toISOString().slice(0, 10).replaceAll("-", "/");
    return new ExecutionEnvironment(target, {
      ...options,
      codeFolder: code.folderOf(target.version.code),
      scratch: code.scratch(),
      logStream: `${day}/[${target.version.version}]${ids.uuid().replaceAll("-", "")}`,
      removeTree: code.removeTree,
    });
  };
  const keyOf = async ({ version }: RunTarget) =>
    `${version.version}@${version.revisionId}@${await code.stamp(version.code)}`;
  const poolOf = (id: FunctionId): Pool => {
    const arn = functionArn(id);
    const found =
      pools.get(arn) ?? new Pool({ maxEnvironments: options.maxEnvironments, idleMs: options.idleMs, start, keyOf });
    pools.set(arn, found);
    return found;
  };

  return {
    invoke: (call) => poolOf(call.id).invoke(call),
    provision: (target, count) => poolOf(target.id).provision(target, count),
    retire: (id, version) => pools.get(functionArn(id))?.retire(version),
    async close() {
      await Promise.all([...pools.values()].map((pool) => pool.close()));
      options.processes.close();
    },
  };
}

/** Every Node runtime is the Node that runs signalbox: said once, so that nobody is surprised by a newer feature. */
function warnOfOtherRuntime(runtime: string, warned: Set<string>, log: (line: string) => void): void {
  const asked = /^nodejs(\d+)\./.exec(runtime)?.[1];
  const ours = process.versions.node.split(".")[0];
  if (asked === undefined || asked === ours || warned.has(runtime)) return;
  warned.add(runtime);
  log(`functions of runtime ${runtime} run on Node ${process.versions.node}`);
}
