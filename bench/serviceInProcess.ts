/** The CodeDeploy API without HTTP: a request as it is when it has been read. */
import type { Clock } from "../src/clock.ts";
import { randomIds } from "../src/ids.ts";
import { codeDeployService } from "../src/operations/codeDeployService.ts";
import type { HttpRequest } from "../src/protocol/http.ts";
import { sealedHookExecutionIds } from "../src/resources/hookExecutionId.ts";
import { readSettings, type Settings } from "../src/settings.ts";
import type { Store } from "../src/store/store.ts";
import { ACCOUNT, REGION } from "./seed.ts";

const NO_QUERY = new URLSearchParams();
const NO_LIMIT = "10000000";

/** The API and nothing beside it. `hookKey` seals the hook execution ids that it takes. */
export const bareService = (store: Store, clock: Clock, hookKey: Buffer, { quotas, hookTimeoutMs }: Settings) =>
  codeDeployService({
    store,
    clock,
    ids: randomIds,
    quotas,
    failFast: null,
    webhook: null,
    hookTimeoutMs,
    keys: { nextToken: Buffer.alloc(32) },
    hookExecutionIds: sealedHookExecutionIds(hookKey),
  });

export function serviceInProcess(store: Store, clock: Clock, hookKey: Buffer) {
  const quotas = {
    "quota-applications": NO_LIMIT,
    "quota-deployment-groups": NO_LIMIT,
    "quota-deployments": NO_LIMIT,
  };
  const { handle } = bareService(store, clock, hookKey, readSettings(quotas, {}));
  return {
    handle,
    /** Its answer; throws where it is refused. */
    async ask(operation: string, input: object): Promise<Record<string, unknown>> {
      const { status, body } = await handle(serviceRequest(operation, input));
      if (status !== 200) throw new Error(`${operation} was refused: ${body}`);
      return body.length === 0 ? {} : (JSON.parse(String(body)) as Record<string, unknown>);
    },
  };
}

export function serviceRequest(operation: string, input: object): HttpRequest {
  return {
    method: "POST",
    path: "/",
    query: NO_QUERY,
    headers: {
      "content-type": "application/x-amz-json-1.1",
      "x-amz-target": `CodeDeploy_20141006.${operation}`,
    },
    body: Buffer.from(JSON.stringify(input)),
    caller: {
      accountId: ACCOUNT,
      region: REGION,
      accessKeyId: ACCOUNT,
      signedFor: "codedeploy",
      sourceAddress: "127.0.0.1",
    },
    requestId: randomIds.uuid(),
  };
}
