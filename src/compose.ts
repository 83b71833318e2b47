/** The one place where store, clock, ids, drivers, runner and server meet. */
import { createSecretKey, type KeyObject } from "node:crypto";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parse as parseYaml } from "yaml";
import { type Clock, type Instant, realClock, type VirtualClock, virtualClock, wallClock } from "./clock.ts";
import { RollbackDrill } from "./drill/rollbackDrill.ts";
import { alarmDriver } from "./drivers/alarms/alarmDriver.ts";
import { type AlarmRules, parseAlarmRules } from "./drivers/alarms/alarmRules.ts";
import { sharedAlarms } from "./drivers/alarms/sharedAlarms.ts";
import type { ClientEndpoint } from "./drivers/awsClients.ts";
import {
  DriverHost,
  hostedAlarms,
  hostedDriver,
  hostedNotifications,
  hostedScratchAliases,
} from "./drivers/driverHost.ts";
import type { EventBus } from "./engine/notifications/notificationsOf.ts";
import { type Ids, randomIds } from "./ids.ts";
import { createCloudWatchService } from "./local/cloudwatch/cloudWatchService.ts";
import { publishLambdaMetrics } from "./local/cloudwatch/lambdaMetrics.ts";
import {
  balancedFigures,
  publishBalancedHosts,
  publishBalancedRequests,
} from "./local/cloudwatch/loadBalancerMetrics.ts";
import type { Documents } from "./local/documents.ts";
import { createEcsService, type EcsService } from "./local/ecs/ecsService.ts";
import type { TargetGroups } from "./local/ecs/targetGroups.ts";
import { type ImageMap, readImageMap } from "./local/ecs/tasks/imageMap.ts";
import { createElbv2Service } from "./local/elbv2/elbv2Service.ts";
import { createLambdaService } from "./local/lambda/lambdaService.ts";
import { createS3Service } from "./local/s3/s3Service.ts";
import { createSnsService } from "./local/sns/snsService.ts";
import { managementService } from "./management/management.ts";
import type { ReadFigures } from "./management/trafficSteps.ts";
import { codeDeployService } from "./operations/codeDeployService.ts";
import type { Services } from "./operations/operation.ts";
import { startHttpServer } from "./protocol/httpServer.ts";
import { outgoingHttp } from "./protocol/outgoingHttp.ts";
import { faultText, ProtocolError } from "./protocol/protocolError.ts";
import { answerRequest, type Service } from "./protocol/requestSteps.ts";
import { sealedHookExecutionIds } from "./resources/hookExecutionId.ts";
import { Notifier } from "./runner/notifier.ts";
import { Runner } from "./runner/runner.ts";
import { type ServiceEndpoint, SettingError, type Settings } from "./settings.ts";
import { patientStore } from "./store/patientStore.ts";
import { databaseClock } from "./store/postgres/databaseClock.ts";
import { openPostgresStore } from "./store/postgres/postgresStore.ts";
import { keyFile, openKeyFile, openWebhookSecret, requireSharedKey } from "./store/sqlite/keyFile.ts";
import { openMemoryStore } from "./store/sqlite/memoryStore.ts";
import { openSqliteDocuments } from "./store/sqlite/sqliteDocuments.ts";
import { openSqliteStore } from "./store/sqlite/sqliteStore.ts";
import { NewerFormatError, type Store, WritesRefusedError } from "./store/store.ts";

export interface Signalbox {
  url: string;
  /** Ends in order: no new requests, no new turns, function processes, store. Nothing acknowledged is lost. */
  close(): Promise<void>;
}

export interface ComposeOptions {
  settings: Settings;
  version: string;
  log: (line: string) => void;
  /** Told when the store can no longer be trusted; the process should end. */
  onFatal: (error: unknown) => void;
}

/** The largest zip of function code, 50 MB, in base64 and with room for the rest of the request. */
const MOST_CODE_BYTES = 70 * 2 ** 20;
/** How long each part of the end may take, in real time: five seconds in all. Only what hangs takes its time. */
const CLOSE_MS = { drill: 1500, requests: 1500, step: 400 };

/** Starts everything on the given settings; resolves when requests are answered. */
export async function compose({ settings, version, log, onFatal }: ComposeOptions): Promise<Signalbox> {
  const ids = randomIds;
  const { store, databaseNow } = await openStore({ settings, version, ids, log, onFatal });
  const secretsKey = await openSecretsKey(settings, store, ids);
  const patient = patientStore(store, store.whenWritable);
  const documents = openSqliteDocuments(settings.dataDirectory, onFatal);
  const { clock, virtual } = await openClock(settings, store, log, databaseNow);
  const keys = await installationKeys(store, ids);
  const webhookSecret = settings.webhookSecret ?? openWebhookSecret(settings.dataDirectory, ids.bytes);
  let url = "";
  const parts = { settings, clock, ids, log, endpoint: () => url };

  const { embedded, ecs, readFigures } = embeddedServices({ ...parts, documents });
  const hands = openHands({ ...parts, hookKey: keys.hookExecution, webhookSecret });
  const { drivers, alarms, deliver } = hands;
  const { hookTimeoutMs, failFast, webhook, quotas } = settings;
  const running = { store: patient, clock, ids, log };
  const runner = new Runner({ ...running, drivers, alarms, eventBus: eventBusOf(settings) });
  const notifier = new Notifier({ ...running, deliver });
  const drill = new RollbackDrill({ ...running, hookTimeoutMs, openStore: openMemoryStore, ...hands.drill });
  const hookExecutionIds = sealedHookExecutionIds(keys.hookExecution);
  const services: Services = { store, clock, ids, keys, hookExecutionIds, hookTimeoutMs, failFast, webhook, quotas };
  const management = managementService({
    store,
    secretsKey,
    newBytes: ids.bytes,
    mostTokens: quotas.gitHubTokens,
    version,
    now: clock.now,
    virtualClock: virtual && remembering(virtual, store),
    speed: settings.clock.kind === "real" ? settings.clock.speed : 0,
    faults: () => runner.faults(),
    writeRefusal: store.refusal,
    drill,
    taskLog: ecs.taskLog,
    readFigures: settings.endpoints.elbv2.kind === "embedded" ? readFigures : null,
  });
  const ours = [codeDeployService(services), management].map(tellingOfRefusal);
  const server = await serve(settings, ids, log, [...embedded, ...ours]);
  url = server.url;
  for (const service of embedded) service.resume?.();
  await runner.start();
  notifier.start();

  return {
    url,
    async close() {
      const within = (milliseconds: number, step: Promise<unknown>) => bounded(milliseconds, step, log);
      // Before the server ends: a drill removes its aliases, from the embedded Lambda too.
      await within(CLOSE_MS.drill, drill.close());
      const requestsEnded = server.close(CLOSE_MS.requests);
      const stopped = Promise.all([runner.stop(), notifier.stop()]);
      patient.giveUp();
      await within(CLOSE_MS.step, stopped);
      await within(CLOSE_MS.step, hands.close());
      await within(CLOSE_MS.step, Promise.all(embedded.map(async (service) => service.close?.())));
      await requestsEnded;
      // A clock that could not be remembered goes on from the latest change of a deployment.
      await within(CLOSE_MS.step, rememberTime(store, clock));
      await within(CLOSE_MS.step, store.close());
      documents.close();
    },
  };
}

/** `databaseNow` where the database's clock counts, because several processes share it. */
async function openStore({ settings, version, ids, log, onFatal }: ComposeOptions & { ids: Ids }) {
  const { database, dataDirectory, clock } = settings;
  if (database === null) {
    return { store: openSqliteStore({ directory: dataDirectory, onCommitFailure: onFatal, log }), databaseNow: null };
  }
  const isReal = clock.kind === "real" && clock.speed === 1;
  const own = { nodeId: ids.uuid(), clock: isReal ? "real" : "own", version, log } as const;
  const store = await openPostgresStore({ ...database, ...own, onExcluded: onFatal });
  return { store, databaseNow: isReal ? store.now : null };
}

/** The others of the installation must not wait for the lease of one that is refused. */
async function openSecretsKey({ database, dataDirectory, secretsKeyFile }: Settings, store: Store, ids: Ids) {
  try {
    const key = openKeyFile(dataDirectory, ids.bytes, secretsKeyFile);
    if (database !== null) await requireSharedKey(store, key, keyFile(dataDirectory, secretsKeyFile));
    return key;
  } catch (error) {
    await store.close();
    throw error;
  }
}

/** Waits for a step of the end, but not for ever: what is under way goes on at the next start, as after a crash. */
function bounded(milliseconds: number, step: Promise<unknown>, log: (line: string) => void): Promise<void> {
  return new Promise((resolve) => {
    const release = wallClock.after(milliseconds, resolve);
    const over = () => {
      release();
      resolve();
    };
    step.catch((error: unknown) => log(`a step of the end failed: ${String(error)}`)).then(over);
  });
}

/** What most parts are made of. */
interface Parts {
  settings: Settings;
  clock: Clock;
  ids: Ids;
  log: (line: string) => void;
  /** Our own address, once there is one. */
  endpoint: () => string;
}

interface EmbeddedService extends Service {
  /** Takes up what an earlier process had accepted; called once the address is known. */
  resume?(): void;
  close?(): Promise<void> | void;
}

/**
 * The AWS services that run in this process. They know their requests by signature, version or path, and are asked before
 * CodeDeploy itself.
 */
function embeddedServices({ settings, ...parts }: Parts & { documents: Documents }): {
  embedded: EmbeddedService[];
  ecs: EcsService;
  readFigures: ReadFigures;
} {
  const { dataDirectory, python, path, allowOutgoing } = settings;
  const outgoing = outgoingHttp({ allowed: allowOutgoing });
  const s3 = createS3Service({ ...parts, directory: join(dataDirectory, "s3") });
  const sns = createSnsService({ ...parts, keyDirectory: dataDirectory, outgoing });
  const cloudWatch = createCloudWatchService({ ...parts, publish: sns.publish });
  const lambda = createLambdaService({
    ...parts,
    readObject: s3.read,
    codeDirectory: join(dataDirectory, "code"),
    onInvocation: (invocation) => publishLambdaMetrics(cloudWatch, invocation),
    python,
    path,
  });
  const elbv2 = createElbv2Service({
    ...parts,
    host: settings.host,
    split: settings.listenerWeights,
    certificateDirectory: settings.certificateDirectory,
    onFigures: (figures) => publishBalancedRequests(cloudWatch, figures),
    onHostCounts: (hosts) => publishBalancedHosts(cloudWatch, hosts, parts.clock.now()),
  });
  const ecs = embeddedEcs({ settings, ...parts, targetGroups: elbv2.targetGroups });
  const readFigures: ReadFigures = (scope, of, from, to) => {
    elbv2.tellFigures();
    return balancedFigures(cloudWatch, scope, of, from, to);
  };
  return { embedded: [s3, sns, cloudWatch, lambda, elbv2, ecs], ecs, readFigures };
}

/** Tasks that run on this machine. */
function embeddedEcs({ settings, ...parts }: Parts & { documents: Documents; targetGroups: TargetGroups }): EcsService {
  const { dataDirectory, path, ecsImagesFile, ecsEngine: engine, quotas } = settings;
  const mostTargetGroups = quotas.group.targetGroupPairs;
  const images = ecsImagesFile === null ? {} : readEcsImages(ecsImagesFile);
  return createEcsService({ ...parts, directory: join(dataDirectory, "ecs"), images, engine, path, mostTargetGroups });
}

/** The drivers, most of them in their own thread. */
function openHands({
  settings,
  endpoint,
  hookKey,
  webhookSecret,
}: Parts & { hookKey: KeyObject; webhookSecret: string }) {
  const { endpoints, hookInvocation: invocation, alarmPollMs } = settings;
  const alarmRules = settings.alarmRulesFile === null ? null : readAlarmRules(settings.alarmRulesFile);
  const host = new DriverHost(() => ({
    endpoints: {
      lambda: reachable(endpoints.lambda, endpoint()),
      ecs: reachable(endpoints.ecs, endpoint()),
      elbv2: reachable(endpoints.elbv2, endpoint()),
      s3: reachable(endpoints.s3, endpoint()),
      cloudwatch: reachable(endpoints.cloudwatch, endpoint()),
      sns: reachable(endpoints.sns, endpoint()),
      events: endpoints.events.kind === "embedded" ? null : endpoints.events,
    },
    alarmRules,
    invocation,
    hookKey: hookKey.export(),
    allowedHosts: settings.allowOutgoing,
    webhookSecret,
  }));
  const alarms = sharedAlarms(hostedAlarms(host));
  const lambda = hostedDriver(host);
  return {
    drivers: [lambda, alarmDriver(alarms)],
    deliver: hostedNotifications(host),
    drill: { hands: lambda, scratchAliases: hostedScratchAliases(host) },
    alarms: { source: alarms, intervalMs: alarmPollMs },
    close: () => host.close(),
  };
}

/**
 * Where nothing can be written at present, or only a newer process can answer, callers are told so in AWS's form, as an error
 * that may pass.
 */
function tellingOfRefusal(service: Service): Service {
  return {
    ...service,
    handle: (request) =>
      service.handle(request).catch((error: unknown) => {
        const mayPass = error instanceof WritesRefusedError || error instanceof NewerFormatError;
        throw mayPass ? new ProtocolError(503, "ServiceUnavailable", error.message) : error;
      }),
  };
}

function serve(settings: Settings, ids: Ids, log: (line: string) => void, services: Service[]) {
  const { host, port, requestTimeoutMs, maxBodyBytes, accountId, region } = settings;
  return startHttpServer({ host, port, requestTimeoutMs }, (incoming) =>
    answerRequest(incoming, {
      maxBodyBytes: (path) => (path === "/" || path.startsWith("/_signalbox/") ? maxBodyBytes : MOST_CODE_BYTES),
      defaultScope: { accountId, region },
      host,
      services,
      newRequestId: ids.uuid,
      reportFault: (requestId, error) => log(`request ${requestId} failed: ${faultText(error)}`),
    }),
  );
}

function readAlarmRules(file: string): AlarmRules {
  try {
    return parseAlarmRules(readFileSync(file, "utf8"), file);
  } catch (error) {
    throw new SettingError(`--alarm-rules: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function readEcsImages(file: string): ImageMap {
  try {
    return readImageMap(parseYaml(readFileSync(file, "utf8")), dirname(file));
  } catch (error) {
    throw new SettingError(`--ecs-images: ${file}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** Embedded services are called as any other is, at our own address. */
function reachable(endpoint: ServiceEndpoint, ownUrl: string): ClientEndpoint {
  return endpoint.kind === "embedded" ? { kind: "url", url: ownUrl } : endpoint;
}

/** There is no embedded EventBridge: without an endpoint nobody is told. */
function eventBusOf({ endpoints, eventBus, eventSource }: Settings): EventBus {
  return endpoints.events.kind === "embedded" ? null : { bus: eventBus, source: eventSource };
}

/** Keys are made at the first start and kept, so that ids and tokens outlive a restart. */
async function installationKeys(store: Store, ids: Ids) {
  const key = (name: string) =>
    store.transaction(async (tx) => {
      return Buffer.from(await tx.installation.keep(name, ids.bytes(32).toString("base64")), "base64");
    });
  return { nextToken: await key("nextTokenKey"), hookExecution: createSecretKey(await key("hookExecutionKey")) };
}

/**
 * Time never runs backwards: it begins no earlier than a deployment was last changed, and a clock that is not the wall's
 * where it stood when the program last ended.
 */
async function openClock(
  { clock }: Settings,
  store: Store,
  log: (line: string) => void,
  databaseNow: (() => Instant) | null,
): Promise<{ clock: Clock; virtual: VirtualClock | null }> {
  if (databaseNow) return { clock: databaseClock(databaseNow), virtual: null };
  const [remembered, latest] = await store.read(async ({ installation, deployments }) => [
    await installation.get("clock"),
    await deployments.latestUpdate(),
  ]);
  const isWall = clock.kind === "real" && clock.speed === 1;
  const start = Math.max(wallClock.now(), isWall ? 0 : Number(remembered ?? 0), latest ?? 0);
  const aheadMinutes = Math.round((start - wallClock.now()) / 60_000);
  if (isWall && aheadMinutes > 0) log(`Time begins ${aheadMinutes} min ahead of the clock: ${AHEAD}`);
  if (clock.kind === "real") return { clock: realClock(clock.speed, start), virtual: null };
  const virtual = virtualClock(start);
  return { clock: virtual, virtual };
}

const AHEAD =
  "a deployment of the data folder was changed then. Use another --data-dir where a fast or virtual clock has run.";

function rememberTime(store: Store, clock: Clock): Promise<void> {
  return store.transaction((tx) => tx.installation.put("clock", String(clock.now())));
}

/** A virtual clock whose every move outlives the process. */
function remembering(virtual: VirtualClock, store: Store): VirtualClock {
  return {
    ...virtual,
    async advance(milliseconds) {
      const now = await virtual.advance(milliseconds);
      await rememberTime(store, virtual);
      return now;
    },
  };
}
