/** The embedded ECS alone behind an HTTP server, under a virtual clock, with the official client in front. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ECS } from "@aws-sdk/client-ecs";
import { virtualClock } from "../../src/clock.ts";
import { randomIds } from "../../src/ids.ts";
import type { Documents } from "../../src/local/documents.ts";
import { createEcsService } from "../../src/local/ecs/ecsService.ts";
import type { TargetGroups } from "../../src/local/ecs/targetGroups.ts";
import type { Engine } from "../../src/local/ecs/tasks/engineContainer.ts";
import { startHttpServer } from "../../src/protocol/httpServer.ts";
import { answerRequest } from "../../src/protocol/requestSteps.ts";
import * as ecsModel from "../../src/shapes/ecs.ts";
import { ACCOUNT, type Owner, REGION } from "./signalbox.ts";
import { checkAnswers } from "./wireShape.ts";

export interface EcsServerOptions {
  documents: Documents;
  targetGroups?: TargetGroups;
  engine?: Engine;
  /** An earlier one's, which its owner removes. */
  directory?: string;
}

export async function startEcs(owner: Owner, { documents, targetGroups, engine, directory: given }: EcsServerOptions) {
  const directory = given ?? (await mkdtemp(join(tmpdir(), "signalbox-ecs-")));
  const clock = virtualClock(1_790_000_000_000);
  const log: string[] = [];
  const note = (line: string) => void log.push(line);
  let url = "";
  const service = createEcsService({
    ...{ documents, clock, ids: randomIds, log: note, directory, targetGroups, engine },
    images: {},
    path: process.env["PATH"] ?? "",
    endpoint: () => url,
  });
  const server = await startHttpServer({ host: "127.0.0.1", port: 0, requestTimeoutMs: 10_000 }, (incoming) =>
    answerRequest(incoming, {
      maxBodyBytes: () => 2 ** 20,
      defaultScope: { accountId: ACCOUNT, region: REGION },
      host: "127.0.0.1",
      services: [service],
      newRequestId: randomIds.uuid,
      reportFault: (_, error) => note(String(error)),
    }),
  );
  url = server.url;
  service.resume();
  const credentials = { accessKeyId: ACCOUNT, secretAccessKey: "test" };
  const ecs = checkAnswers(new ECS({ endpoint: url, region: REGION, credentials, maxAttempts: 1 }), ecsModel);
  let closing: Promise<void> | undefined;
  const close = () => {
    closing ??= (async () => {
      ecs.destroy();
      await Promise.all([server.close(500), service.close()]);
      if (!given) await rm(directory, { recursive: true, force: true });
    })();
    return closing;
  };
  owner.after(close);
  /** What the only container of a task has said. */
  const logOf = (taskArn: string) =>
    service.taskLog({ accountId: ACCOUNT, region: REGION }, taskArn, 10_000)?.[0]?.text ?? "";
  return { ecs, clock, log, logOf, close };
}
