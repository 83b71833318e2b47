/**
 * A model of the Lambda API over HTTP, apart from the embedded one: functions with one alias each, and validation
 * functions that report to CodeDeploy. Every call can be stopped at before it takes effect and before it is answered.
 */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export type Moment = "before" | "after";

export interface LambdaModel {
  url: string;
  /** Every call so far, in order, by name. */
  calls: string[];
  /** Every state an alias was put into, the first one's first included: `1`, `1+0.1:2`, `2`. */
  aliasStates: string[];
  /** The same of one function's alias. */
  statesOf: (functionName: string) => string[];
  /** What validation functions were given and what became of their report, in order. */
  reports: { functionName: string; hookExecutionId: string; outcome: string }[];
  /** Called for each call, before it takes effect and before it is answered; it may wait. */
  onCall: (index: number, name: string, moment: Moment) => Promise<void>;
  /** Whether the connection is cut, before the call takes effect or before it is answered. */
  isCut: (name: string, moment: Moment) => boolean;
  /** Changes an alias behind everybody's back. */
  setAlias(version: string, functionName?: string): void;
  close(): Promise<void>;
}

interface Alias {
  FunctionVersion: string;
  RoutingConfig?: { AdditionalVersionWeights: Record<string, number> };
  RevisionId: string;
}

/** `report` sends a validation function's verdict and answers how it was received. */
export async function startLambdaModel(
  report: (payload: { DeploymentId: string; LifecycleEventHookExecutionId: string }) => Promise<string>,
): Promise<LambdaModel> {
  let revision = 1;
  const aliases = new Map<string, { alias: Alias; states: string[] }>();
  const known = (functionName: string) => {
    const found = aliases.get(functionName) ?? { alias: { FunctionVersion: "1", RevisionId: "r1" }, states: ["1"] };
    aliases.set(functionName, found);
    return found;
  };
  const put = (functionName: string, next: Omit<Alias, "RevisionId">) => {
    revision += 1;
    const found = known(functionName);
    found.alias = { ...next, RevisionId: `r${revision}` };
    const [weight] = Object.entries(next.RoutingConfig?.AdditionalVersionWeights ?? {});
    const state = weight ? `${next.FunctionVersion}+${weight[1]}:${weight[0]}` : next.FunctionVersion;
    found.states.push(state);
    model.aliasStates.push(state);
  };
  const server = createServer((request, response) => {
    perform(request, response).catch((error: unknown) => {
      answer(response, 500, "ServiceException", { Message: String(error) });
    });
  });
  const perform = async (request: IncomingMessage, response: ServerResponse) => {
    const body = await readJson(request);
    const { name, functionName } = callOf(request);
    const index = model.calls.push(name) - 1;
    await model.onCall(index, name, "before");
    if (model.isCut(name, "before")) return void response.destroy();
    const reply = await effect(name, functionName, body);
    await model.onCall(index, name, "after");
    if (model.isCut(name, "after")) return void response.destroy();
    answer(response, reply.status, reply.error, reply.body);
  };
  const effect = async (name: string, functionName: string, body: Record<string, unknown>) => {
    const { alias } = known(functionName);
    if (name === "GetAlias") return { status: 200, body: { Name: "live", ...alias } };
    if (name === "GetProvisionedConcurrencyConfig") {
      return { status: 404, error: "ProvisionedConcurrencyConfigNotFoundException", body: { Message: "none" } };
    }
    if (name === "UpdateAlias") {
      if (body["RevisionId"] !== alias.RevisionId) {
        return { status: 412, error: "PreconditionFailedException", body: { Message: "stale" } };
      }
      const { FunctionVersion, RoutingConfig } = body as unknown as Alias;
      const weights = RoutingConfig?.AdditionalVersionWeights ?? {};
      const routing = Object.keys(weights).length > 0 && RoutingConfig ? { RoutingConfig } : {};
      put(functionName, { FunctionVersion, ...routing });
      return { status: 200, body: { Name: "live", ...known(functionName).alias } };
    }
    const payload = body as { DeploymentId: string; LifecycleEventHookExecutionId: string };
    const outcome = await report(payload);
    model.reports.push({ functionName, hookExecutionId: payload.LifecycleEventHookExecutionId, outcome });
    return { status: 200, body: null };
  };
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const model: LambdaModel = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls: [],
    aliasStates: ["1"],
    statesOf: (functionName) => known(functionName).states,
    reports: [],
    onCall: async () => {},
    isCut: () => false,
    setAlias: (version, functionName = "shop") => put(functionName, { FunctionVersion: version }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return model;
}

function callOf({ method, url = "" }: IncomingMessage): { name: string; functionName: string } {
  const functionName = decodeURIComponent(/\/functions\/([^/]+)/.exec(url)?.[1] ?? "");
  if (url.includes("/provisioned-concurrency")) return { name: "GetProvisionedConcurrencyConfig", functionName };
  if (url.includes("/aliases/")) return { name: method === "PUT" ? "UpdateAlias" : "GetAlias", functionName };
  if (url.endsWith("/invocations")) return { name: `Invoke ${functionName}`, functionName };
  throw new Error(`the driver made a call that its role does not allow: ${method} ${url}`);
}

async function readJson(request: IncomingMessage): Promise<Record<string, unknown>> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString("utf8");
  return text === "" ? {} : (JSON.parse(text) as Record<string, unknown>);
}

function answer(response: ServerResponse, status: number, error: string | undefined, body: unknown): void {
  const headers = { "content-type": "application/json", ...(error ? { "x-amzn-errortype": error } : {}) };
  response.writeHead(status, headers).end(JSON.stringify(body));
}
