/**
 * A whole signalbox in this process, as the tests use one: `compose()` on a free port and a folder of its own, virtual
 * time unless told otherwise, and the official clients in front.
 *
 * With TEST_STORE=postgres it keeps its data in the PostgreSQL that TEST_DATABASE_URL names: so can all of test/wire.
 *
 *     const box = await startSignalbox({ after });   // `after` of node:test: one for the file; or pass a test's context
 *     const codedeploy = box.codeDeploy();
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CloudWatch } from "@aws-sdk/client-cloudwatch";
import { CodeDeploy } from "@aws-sdk/client-codedeploy";
import { ECS } from "@aws-sdk/client-ecs";
import { ElasticLoadBalancingV2 } from "@aws-sdk/client-elastic-load-balancing-v2";
import { LambdaClient } from "@aws-sdk/client-lambda";
import { S3 } from "@aws-sdk/client-s3";
import { SNS } from "@aws-sdk/client-sns";
import { compose } from "../../src/compose.ts";
import type { DeploymentDetail } from "../../src/management/deploymentDetail.ts";
import { readSettings, type SettingTexts } from "../../src/settings.ts";
import * as ecsModel from "../../src/shapes/ecs.ts";
import { checkElbv2Answers } from "./elbv2Answers.ts";
import { discardStore, storeFlags } from "./postgres.ts";
import { checkAnswers } from "./wireShape.ts";

/** Who calls. */
export interface Principal {
  /** Twelve digits; they go in as the access key, which is how signalbox knows the account. */
  account: string;
  region: string;
}

export const ACCOUNT = "123456789012";
export const REGION = "eu-west-1";

export interface StartOptions {
  /** Settings by flag, as on the command line; what is left out is a virtual clock, port 0 and a new folder. */
  flags?: SettingTexts;
}

/** What ends things: the context of a test, or `{ after }` of node:test for everything that the file starts. */
export interface Owner {
  after(end: () => Promise<void>): void;
}

export interface RunningSignalbox {
  url: string;
  dataDirectory: string;
  /** What the server has logged. */
  log: string[];
  /** The official client of that account and region; every answer it gets is checked against the model's shapes. */
  codeDeploy(principal?: Partial<Principal>): CodeDeploy;
  /** Its answers are checked likewise. */
  ecs(principal?: Partial<Principal>): ECS;
  lambda(principal?: Partial<Principal>): LambdaClient;
  sns(principal?: Partial<Principal>): SNS;
  s3(principal?: Partial<Principal>): S3;
  cloudWatch(principal?: Partial<Principal>): CloudWatch;
  /** Its answers are checked against the shapes of the model, too. */
  elbv2(principal?: Partial<Principal>): ElasticLoadBalancingV2;
  /** Moves virtual time; resolves when everything that fell due has happened. `advance(0)` waits for work under way. */
  advance(seconds: number): Promise<void>;
  /** The present of the deployments' clock, in seconds since the epoch. */
  now(): Promise<number>;
  /** What signalbox tells of a deployment beyond the API. */
  detail(deploymentId: string, principal?: Partial<Principal>): Promise<DeploymentDetail>;
  /** Ends it and removes its folder; harmless when it has ended. Called by the owner, too. */
  close(): Promise<void>;
  /** Ends it in order and leaves its folder, for a start on the same `data-dir`. */
  stop(): Promise<void>;
}

/** Starts one, ended and removed with its owner. */
export async function startSignalbox(owner: Owner, { flags = {} }: StartOptions = {}): Promise<RunningSignalbox> {
  const dataDirectory = flags["data-dir"] ?? (await mkdtemp(join(tmpdir(), "signalbox-test-")));
  const settings = readSettings(
    { port: "0", clock: "virtual", ...(await storeFlags(dataDirectory)), ...flags, "data-dir": dataDirectory },
    { PATH: process.env["PATH"] },
  );
  const log: string[] = [];
  const onFatal = (error: unknown) => void log.push(`fatal: ${String(error)}`);
  const running = await compose({ settings, version: "0.0.0-test", log: (line) => void log.push(line), onFatal });
  const clients: { destroy(): void }[] = [];
  const kept = <Client extends { destroy(): void }>(client: Client) => {
    clients.push(client);
    return client;
  };
  let stopping: Promise<void> | undefined;
  const stop = () => {
    for (const client of clients) client.destroy();
    stopping ??= running.close();
    return stopping;
  };
  const close = async () => {
    await stop();
    await discardStore(dataDirectory);
    await rm(dataDirectory, { recursive: true, force: true, maxRetries: 3 });
  };
  owner.after(close);
  return {
    url: running.url,
    dataDirectory,
    log,
    codeDeploy: (principal) => kept(checkAnswers(new CodeDeploy(clientSettings(running.url, principal)))),
    ecs: (principal) => kept(checkAnswers(new ECS(clientSettings(running.url, principal)), ecsModel)),
    lambda: (principal) => kept(new LambdaClient(clientSettings(running.url, principal))),
    sns: (principal) => kept(new SNS(clientSettings(running.url, principal))),
    s3: (principal) => kept(new S3(clientSettings(running.url, principal))),
    cloudWatch: (principal) => kept(new CloudWatch(clientSettings(running.url, principal))),
    elbv2: (principal) => kept(checkElbv2Answers(new ElasticLoadBalancingV2(clientSettings(running.url, principal)))),
    async advance(seconds) {
      await ask(`${running.url}/_signalbox/clock/advance`, { method: "POST", body: JSON.stringify({ seconds }) });
    },
    async now() {
      return ((await ask(`${running.url}/_signalbox/clock`)) as { now: number }).now;
    },
    async detail(deploymentId, principal) {
      const headers = { authorization: authorization(principal) };
      return (await ask(`${running.url}/_signalbox/deployments/${deploymentId}`, { headers })) as DeploymentDetail;
    },
    stop,
    close,
  };
}

function clientSettings(endpoint: string, { account = ACCOUNT, region = REGION }: Partial<Principal> = {}) {
  return { endpoint, region, credentials: { accessKeyId: account, secretAccessKey: "test" }, maxAttempts: 1 };
}

/** The Authorization header of a signed request, as far as signalbox reads it. */
export function authorization({ account = ACCOUNT, region = REGION }: Partial<Principal> = {}): string {
  const scope = `${account}/20260101/${region}/codedeploy/aws4_request`;
  return `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host;x-amz-date, Signature=0`;
}

async function ask(url: string, init?: RequestInit): Promise<unknown> {
  const response = await fetch(url, init);
  const body: unknown = await response.json();
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${JSON.stringify(body)}`);
  return body;
}
