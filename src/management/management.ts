/** What signalbox tells about itself, and what only it can do: `GET`, `POST` and `PUT` below `/_signalbox/`, plain JSON. */
import type { VirtualClock } from "../clock.ts";
import { decisionsOf } from "../engine/decisions.ts";
import type { SteeringVerb } from "../engine/deployment.ts";
import { audited } from "../operations/audit.ts";
import type { HttpRequest, HttpResponse } from "../protocol/http.ts";
import { ProtocolError } from "../protocol/protocolError.ts";
import type { Service } from "../protocol/requestSteps.ts";
import { requireDeployment, requireDeploymentId } from "../resources/deployment.ts";
import { DamagedRowError, type Store } from "../store/store.ts";
import { auditPage } from "./audit.ts";
import { deploymentDetail } from "./deploymentDetail.ts";
import { type GitHubTokenOptions, putGitHubToken } from "./gitHubTokens.ts";
import { notificationPage, retryNotifications } from "./notifications.ts";
import { recordingOf } from "./recording.ts";
import { type DrillRouteOptions, drillRollback } from "./rollbackDrill.ts";
import { steerDeployment } from "./steering.ts";
import { type TaskLogRouteOptions, taskLogRoute } from "./taskLogs.ts";
import type { ReadFigures } from "./trafficSteps.ts";

export interface ManagementOptions extends GitHubTokenOptions, DrillRouteOptions, TaskLogRouteOptions {
  store: Store;
  version: string;
  /** What time it is for deployments, in milliseconds. */
  now: () => number;
  /** `null` when the clock is a real one. */
  virtualClock: VirtualClock | null;
  /** How many times faster than real a real clock runs. */
  speed: number;
  /** Deployments that a fault of ours has stopped. */
  faults: () => ReadonlyMap<number, string>;
  /** What load balancers have counted; `null` where they are not in this process. */
  readFigures: ReadFigures | null;
  /** Why nothing can be written at present; `null` when it can. */
  writeRefusal: () => string | null;
}

const PREFIX = "/_signalbox/";

/** Answers with what is sent as JSON; `parts` are what stands in the brackets of the route's pattern. */
type Answer = (options: ManagementOptions, request: HttpRequest, parts: string[]) => object | Promise<object>;

/** Method and path below the prefix. */
const ROUTES: readonly [route: RegExp, answer: Answer][] = [
  [/^GET health$/, health],
  [/^GET clock$/, clock],
  [/^POST clock\/advance$/, advance],
  [/^GET audit$/, ({ store }, request) => auditPage(store, request)],
  [/^GET deployments\/([^/]+)$/, detail],
  [
    /^GET deployments\/([^/]+)\/recording$/,
    ({ store, version }, { caller }, [id = ""]) => recordingOf(store, caller, id, version),
  ],
  [/^POST deployments\/([^/]+)\/(pause|resume|skip-wait|promote|abort)$/, steer],
  [/^POST rollback-drill$/, drillRollback],
  [/^PUT github-tokens\/([^/]+)$/, putToken],
  [/^GET tasks\/([^/]+)\/log$/, taskLogRoute],
  [/^GET notifications$/, ({ store }, request) => notificationPage(store, request)],
  [/^POST notifications\/(?:([1-9][0-9]{0,14})\/)?retry$/, retry],
];

export function managementService(options: ManagementOptions): Service {
  return {
    handles: ({ path }) => path.startsWith(PREFIX),
    async handle(request) {
      const asked = `${request.method} ${request.path.slice(PREFIX.length)}`;
      for (const [route, answer] of ROUTES) {
        const found = route.exec(asked);
        if (found) return json(await answer(options, request, found.slice(1)));
      }
      throw new ProtocolError(
        404,
        "UnknownOperationException",
        `Nothing here answers ${request.method} ${request.path}`,
      );
    },
  };
}

/** The audit has the token's name, never the token. */
function putToken(options: ManagementOptions, request: HttpRequest, [tokenName = ""]: string[]) {
  const write = { operation: "PutGitHubAccountToken", request, readInput: () => ({ tokenName }) };
  return audited(options, write, (_, store) => putGitHubToken({ ...options, store }, request, tokenName));
}

function steer(options: ManagementOptions, request: HttpRequest, [deploymentId = "", word]: string[]) {
  const verb = word as SteeringVerb;
  const write = { operation: "SteerDeployment", request, readInput: () => ({ deploymentId, verb }) };
  return audited(options, write, (_, store) =>
    steerDeployment(store, request.caller, deploymentId, verb, options.now()),
  );
}

function retry(options: ManagementOptions, request: HttpRequest, [number]: (string | undefined)[]) {
  const n = number === undefined ? null : Number(number);
  const input = n === null ? { all: true } : { notification: n };
  const write = { operation: "RetryNotifications", request, readInput: () => input };
  return audited(options, write, (_, store) => retryNotifications(store, request, n, options.now()));
}

/** How many faults are told in full. */
const MOST_FAULTS_TOLD = 100;

/** `degraded` when a fault has stopped a deployment, or when nothing can be written. */
function health({ version, faults, writeRefusal }: ManagementOptions) {
  const stopped = [...faults().values()];
  const refusal = writeRefusal();
  return {
    status: stopped.length === 0 && refusal === null ? "ok" : "degraded",
    version,
    deploymentsWithFaults: stopped.length,
    faults: stopped.slice(0, MOST_FAULTS_TOLD),
    /** Why writes are refused; `null` while they are taken. */
    writesRefused: refusal,
  };
}

/** `speed` is 0 where time stands still until it is moved. */
function clock({ now, virtualClock, speed }: ManagementOptions) {
  return { now: now() / 1000, virtual: virtualClock !== null, speed: virtualClock ? 0 : speed };
}

async function detail({ store, now, faults, readFigures }: ManagementOptions, { caller }: HttpRequest, [id]: string[]) {
  const deploymentId = requireDeploymentId(id);
  return store
    .read(async ({ deployments, history }) => {
      const found = requireDeployment(deploymentId, await deployments.find(caller, deploymentId));
      const fault = faults().get(found.n) ?? null;
      return deploymentDetail(found, decisionsOf(await history.of(found.n)), now(), fault, readFigures);
    })
    .catch((error: unknown) => {
      if (!(error instanceof DamagedRowError)) throw error;
      throw new ProtocolError(500, "InternalFailure", `What is kept of ${deploymentId} is damaged: ${error.message}`);
    });
}

/** Moves virtual time by `seconds`, and answers when everything that fell due has happened. */
async function advance({ virtualClock }: ManagementOptions, { body }: HttpRequest): Promise<{ now: number }> {
  if (!virtualClock) {
    throw new ProtocolError(
      400,
      "InvalidOperationException",
      "The clock is a real one; start with --clock virtual to move it",
    );
  }
  const seconds = secondsIn(body);
  return { now: (await virtualClock.advance(seconds * 1000)) / 1000 };
}

const MOST_SECONDS = 366 * 24 * 3600;

function secondsIn(body: Buffer): number {
  let seconds: unknown;
  try {
    seconds = (JSON.parse(body.toString("utf8")) as { seconds?: unknown } | null)?.seconds;
  } catch {
    throw new ProtocolError(400, "SerializationException", "The body is not valid JSON");
  }
  if (typeof seconds !== "number" || !(seconds >= 0 && seconds <= MOST_SECONDS)) {
    throw new ProtocolError(400, "ValidationException", `seconds must be a number from 0 to ${MOST_SECONDS}`);
  }
  return seconds;
}

function json(body: unknown): HttpResponse {
  return { status: 200, headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
}
