/** The embedded Amazon ECS: services whose tasks are processes of this machine; awsJson1.1. */
import { join } from "node:path";
import type { Clock } from "../../clock.ts";
import type { Ids } from "../../ids.ts";
import { awsJsonHandler } from "../../protocol/awsJson.ts";
import type { HttpRequest, HttpResponse, Scope } from "../../protocol/http.ts";
import { operations, shapes, targetPrefix } from "../../shapes/ecs.ts";
import { NotBuiltError } from "../../shapes/modelledError.ts";
import type { Documents } from "../documents.ts";
import { openProcessRecord, type ProcessRecord } from "../processRecord.ts";
import { ecsStore } from "./ecsStore.ts";
import { readTask } from "./names.ts";
import type { Parts } from "./operation.ts";
import { NOT_BUILT, registry } from "./operations.ts";
import { Scheduler } from "./scheduler/scheduler.ts";
import { noTargetGroups, type TargetGroups } from "./targetGroups.ts";
import type { ContainerDriver } from "./tasks/container.ts";
import { type Engine, engineDriver } from "./tasks/engineContainer.ts";
import { type ImageMap, mappedImage } from "./tasks/imageMap.ts";
import { processDriver } from "./tasks/processContainer.ts";
import { taskLogs } from "./tasks/taskLogs.ts";

export interface EcsServiceOptions {
  /** Durable on return. */
  documents: Documents;
  clock: Clock;
  ids: Ids;
  log: (line: string) => void;
  /** Logs, private folders and the record of processes are kept here. */
  directory: string;
  /** What runs in place of images. */
  images: ImageMap;
  /** What runs all other images; without one, they do not start. */
  engine?: Engine | undefined;
  /** PATH of the tasks. */
  path: string;
  /** Our own address, once there is one. */
  endpoint: () => string;
  targetGroups?: TargetGroups | undefined;
  /** How many a service with the deployment controller CODE_DEPLOY may have; 1, as on AWS, without it. */
  mostTargetGroups?: number;
}

export interface TaskLog {
  container: string;
  text: string;
}

export interface EcsService {
  /** Whether the request is one of the ECS API. */
  handles(request: HttpRequest): boolean;
  /** Answers the request. Throws what `awsJsonError` reads. */
  handle(request: HttpRequest): Promise<HttpResponse>;
  /** The last bytes of what each container of a task has printed; `undefined` where there is no such task. */
  taskLog(scope: Scope, task: string, most: number): TaskLog[] | undefined;
  /** Starts the tasks of the services that an earlier process had. */
  resume(): void;
  /** Ends every task. */
  close(): Promise<void>;
}

export function createEcsService(options: EcsServiceOptions): EcsService {
  const { documents, clock, ids, log, directory, targetGroups = noTargetGroups, mostTargetGroups = 1 } = options;
  // First: what an earlier signalbox has left may hold ports and files.
  const processes = openProcessRecord(join(directory, "processes"), "task", { ids, log });
  const store = ecsStore(documents);
  const logs = taskLogs(join(directory, "logs"), log);
  const driver = driverOf(options, processes);
  const scheduler = new Scheduler({ store, clock, ids, targetGroups, driver, logs, log });
  const parts: Parts = { store, scheduler, targetGroups, clock, ids, mostTargetGroups };
  const table = registry as Record<string, (parts: Parts, scope: Scope, input: unknown) => object>;
  const answer = awsJsonHandler({
    targetPrefix,
    shapes,
    operations,
    async perform(operation, readInput, { caller: { accountId, region } }) {
      const perform = table[operation];
      if (!perform) throw new Error(`the model has ${operation} and the registry has not`);
      return perform(parts, { accountId, region }, readInput());
    },
  });

  return {
    handles: ({ headers }) => String(headers["x-amz-target"] ?? "").startsWith(`${targetPrefix}.`),
    async handle(request) {
      refuseNotBuilt(String(request.headers["x-amz-target"]).slice(targetPrefix.length + 1));
      return answer(request);
    },
    taskLog({ accountId, region }, text, most) {
      const cluster = /^arn:[^/]*\/([^/]+)\//.exec(text)?.[1];
      const found = store
        .everyTask()
        .find(
          ({ id }) =>
            id.accountId === accountId &&
            id.region === region &&
            (cluster === undefined || cluster === id.cluster) &&
            readTask(id, text)?.task === id.task,
        );
      return found && (logs.tail(found.id.task, most) ?? []);
    },
    resume: () => scheduler.resume(),
    async close() {
      await scheduler.close();
      processes.close();
    },
  };
}

/** Images that a folder stands for are processes; all others are the engine's, where there is one. */
function driverOf(options: EcsServiceOptions, processes: ProcessRecord): ContainerDriver {
  const { directory, engine, images, log } = options;
  const asProcess = processDriver({ ...options, processes, scratchDirectory: join(directory, "scratch") });
  if (!engine) return asProcess;
  const asContainer = engineDriver({ engine, installation: directory, processes, log });
  return {
    start: (spec) => (mappedImage(images, spec.definition.image ?? "") ? asProcess : asContainer).start(spec),
  };
}

function refuseNotBuilt(operation: string): void {
  if (NOT_BUILT.has(operation) || /Daemon|Gateway/.test(operation)) {
    throw new NotBuiltError(`${operation} is not supported by signalbox`);
  }
}
