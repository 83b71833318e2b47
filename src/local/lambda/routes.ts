/** Every path of the Lambda API, with its operation, or none where it is not built. Methods and paths as in the service model. */
import { createAlias, deleteAlias, getAlias, listAliases, updateAlias } from "./aliasOperations.ts";
import {
  deleteFunctionConcurrency,
  getAccountSettings,
  getFunctionConcurrency,
  putFunctionConcurrency,
} from "./concurrencyOperations.ts";
import {
  createFunction,
  deleteFunction,
  downloadCode,
  getFunction,
  getFunctionConfiguration,
  listFunctions,
  updateFunctionCode,
  updateFunctionConfiguration,
} from "./functionOperations.ts";
import { requireFunction } from "./functionStore.ts";
import { type InvokeParts, invokeOperation } from "./invokeOperation.ts";
import { LambdaError } from "./lambdaError.ts";
import { namedFunction, type Operation } from "./operation.ts";
import { addPermission, getPolicy, removePermission } from "./policyOperations.ts";
import { provisionedConcurrencyOperations } from "./provisionedConcurrency.ts";
import { listTags, tagResource, untagResource } from "./tagOperations.ts";
import { listVersionsByFunction, publishVersion } from "./versionOperations.ts";

export interface Route {
  method: string;
  pattern: RegExp;
  operation: Operation;
}

const getFunctionCodeSigningConfig: Operation = ({ store }, request) => {
  const id = namedFunction(request);
  requireFunction(store, id);
  return { status: 200, body: { FunctionName: id.name } };
};

/** What the service knows of and has not built. */
const notBuilt =
  (name: string): Operation =>
  () => {
    throw new LambdaError("NotImplementedException", `signalbox does not implement the Lambda operation ${name}.`);
  };

const FUNCTION = "/2015-03-31/functions/{FunctionName}";

/** In order; the first that fits is taken. */
export function buildRoutes(parts: InvokeParts): Route[] {
  const provisioned = provisionedConcurrencyOperations();
  const provisionedPath = "/2019-09-30/functions/{FunctionName}/provisioned-concurrency";
  const getProvisioned: Operation = (control, request) =>
    (request.query.get("List") === "ALL" ? provisioned.list : provisioned.get)(control, request);
  const built: [method: string, path: string, operation: Operation][] = [
    ["POST", "/2015-03-31/functions", createFunction],
    ["GET", "/2015-03-31/functions", listFunctions],
    ["GET", FUNCTION, getFunction],
    ["DELETE", FUNCTION, deleteFunction],
    ["GET", `${FUNCTION}/configuration`, getFunctionConfiguration],
    ["PUT", `${FUNCTION}/configuration`, updateFunctionConfiguration],
    ["PUT", `${FUNCTION}/code`, updateFunctionCode],
    ["POST", `${FUNCTION}/invocations`, invokeOperation(parts)],
    ["POST", `${FUNCTION}/versions`, publishVersion],
    ["GET", `${FUNCTION}/versions`, listVersionsByFunction],
    ["POST", `${FUNCTION}/aliases`, createAlias],
    ["GET", `${FUNCTION}/aliases`, listAliases],
    ["GET", `${FUNCTION}/aliases/{Name}`, getAlias],
    ["PUT", `${FUNCTION}/aliases/{Name}`, updateAlias],
    ["DELETE", `${FUNCTION}/aliases/{Name}`, deleteAlias],
    ["POST", `${FUNCTION}/policy`, addPermission],
    ["GET", `${FUNCTION}/policy`, getPolicy],
    ["DELETE", `${FUNCTION}/policy/{StatementId}`, removePermission],
    ["PUT", "/2017-10-31/functions/{FunctionName}/concurrency", putFunctionConcurrency],
    ["DELETE", "/2017-10-31/functions/{FunctionName}/concurrency", deleteFunctionConcurrency],
    ["GET", "/2019-09-30/functions/{FunctionName}/concurrency", getFunctionConcurrency],
    ["PUT", provisionedPath, provisioned.put],
    ["GET", provisionedPath, getProvisioned],
    ["DELETE", provisionedPath, provisioned.remove],
    ["GET", "/2020-06-30/functions/{FunctionName}/code-signing-config", getFunctionCodeSigningConfig],
    ["GET", "/2017-03-31/tags/{Resource}", listTags],
    ["POST", "/2017-03-31/tags/{Resource}", tagResource],
    ["DELETE", "/2017-03-31/tags/{Resource}", untagResource],
    ["GET", "/2016-08-19/account-settings", getAccountSettings],
    ["GET", "/2015-03-31/signalbox-code/{Digest}.zip", downloadCode],
  ];
  const rest: [method: string, path: string, operation: Operation][] = NOT_BUILT.map(([name, method, path]) => [
    method,
    path,
    notBuilt(name),
  ]);
  return [...built, ...rest].map(([method, path, operation]) => ({ method, pattern: patternOf(path), operation }));
}

const patternOf = (path: string): RegExp =>
  new RegExp(`^${path.replaceAll(".", "\\.").replaceAll(/\{(\w+)\}/g, "(?<$1>[^/]+?)")}/?$`);

const NOT_BUILT: readonly [name: string, method: string, path: string][] = [
  ["AddLayerVersionPermission", "POST", "/2018-10-31/layers/{LayerName}/versions/{VersionNumber}/policy"],
  ["CheckpointDurableExecution", "POST", "/2025-12-01/durable-executions/{DurableExecutionArn}/checkpoint"],
  ["CreateCapacityProvider", "POST", "/2025-11-30/capacity-providers"],
  ["CreateCodeSigningConfig", "POST", "/2020-04-22/code-signing-configs"],
  ["CreateEventSourceMapping", "POST", "/2015-03-31/event-source-mappings"],
  ["CreateFunctionUrlConfig", "POST", "/2021-10-31/functions/{FunctionName}/url"],
  ["DeleteCapacityProvider", "DELETE", "/2025-11-30/capacity-providers/{CapacityProviderName}"],
  ["DeleteCodeSigningConfig", "DELETE", "/2020-04-22/code-signing-configs/{CodeSigningConfigArn}"],
  ["DeleteEventSourceMapping", "DELETE", "/2015-03-31/event-source-mappings/{UUID}"],
  ["DeleteFunctionCodeSigningConfig", "DELETE", "/2020-06-30/functions/{FunctionName}/code-signing-config"],
  ["DeleteFunctionEventInvokeConfig", "DELETE", "/2019-09-25/functions/{FunctionName}/event-invoke-config"],
  ["DeleteFunctionUrlConfig", "DELETE", "/2021-10-31/functions/{FunctionName}/url"],
  ["DeleteLayerVersion", "DELETE", "/2018-10-31/layers/{LayerName}/versions/{VersionNumber}"],
  ["GetCapacityProvider", "GET", "/2025-11-30/capacity-providers/{CapacityProviderName}"],
  ["GetCodeSigningConfig", "GET", "/2020-04-22/code-signing-configs/{CodeSigningConfigArn}"],
  ["GetDurableExecution", "GET", "/2025-12-01/durable-executions/{DurableExecutionArn}"],
  ["GetDurableExecutionHistory", "GET", "/2025-12-01/durable-executions/{DurableExecutionArn}/history"],
  ["GetDurableExecutionState", "GET", "/2025-12-01/durable-executions/{DurableExecutionArn}/state"],
  ["GetEventSourceMapping", "GET", "/2015-03-31/event-source-mappings/{UUID}"],
  ["GetFunctionEventInvokeConfig", "GET", "/2019-09-25/functions/{FunctionName}/event-invoke-config"],
  ["GetFunctionRecursionConfig", "GET", "/2024-08-31/functions/{FunctionName}/recursion-config"],
  ["GetFunctionScalingConfig", "GET", "/2025-11-30/functions/{FunctionName}/function-scaling-config"],
  ["GetFunctionUrlConfig", "GET", "/2021-10-31/functions/{FunctionName}/url"],
  ["GetLayerVersion", "GET", "/2018-10-31/layers/{LayerName}/versions/{VersionNumber}"],
  ["GetLayerVersionPolicy", "GET", "/2018-10-31/layers/{LayerName}/versions/{VersionNumber}/policy"],
  ["GetRuntimeManagementConfig", "GET", "/2021-07-20/functions/{FunctionName}/runtime-management-config"],
  ["InvokeAsync", "POST", "/2014-11-13/functions/{FunctionName}/invoke-async"],
  ["InvokeWithResponseStream", "POST", "/2021-11-15/functions/{FunctionName}/response-streaming-invocations"],
  ["ListCapacityProviders", "GET", "/2025-11-30/capacity-providers"],
  ["ListCodeSigningConfigs", "GET", "/2020-04-22/code-signing-configs"],
  ["ListDurableExecutionsByFunction", "GET", "/2025-12-01/functions/{FunctionName}/durable-executions"],
  ["ListEventSourceMappings", "GET", "/2015-03-31/event-source-mappings"],
  ["ListFunctionEventInvokeConfigs", "GET", "/2019-09-25/functions/{FunctionName}/event-invoke-config/list"],
  ["ListFunctionUrlConfigs", "GET", "/2021-10-31/functions/{FunctionName}/urls"],
  [
    "ListFunctionVersionsByCapacityProvider",
    "GET",
    "/2025-11-30/capacity-providers/{CapacityProviderName}/function-versions",
  ],
  ["ListFunctionsByCodeSigningConfig", "GET", "/2020-04-22/code-signing-configs/{CodeSigningConfigArn}/functions"],
  ["ListLayerVersions", "GET", "/2018-10-31/layers/{LayerName}/versions"],
  ["ListLayers", "GET", "/2018-10-31/layers"],
  ["PublishLayerVersion", "POST", "/2018-10-31/layers/{LayerName}/versions"],
  ["PutFunctionCodeSigningConfig", "PUT", "/2020-06-30/functions/{FunctionName}/code-signing-config"],
  ["PutFunctionEventInvokeConfig", "PUT", "/2019-09-25/functions/{FunctionName}/event-invoke-config"],
  ["PutFunctionRecursionConfig", "PUT", "/2024-08-31/functions/{FunctionName}/recursion-config"],
  ["PutFunctionScalingConfig", "PUT", "/2025-11-30/functions/{FunctionName}/function-scaling-config"],
  ["PutRuntimeManagementConfig", "PUT", "/2021-07-20/functions/{FunctionName}/runtime-management-config"],
  [
    "RemoveLayerVersionPermission",
    "DELETE",
    "/2018-10-31/layers/{LayerName}/versions/{VersionNumber}/policy/{StatementId}",
  ],
  ["SendDurableExecutionCallbackFailure", "POST", "/2025-12-01/durable-execution-callbacks/{CallbackId}/fail"],
  ["SendDurableExecutionCallbackHeartbeat", "POST", "/2025-12-01/durable-execution-callbacks/{CallbackId}/heartbeat"],
  ["SendDurableExecutionCallbackSuccess", "POST", "/2025-12-01/durable-execution-callbacks/{CallbackId}/succeed"],
  ["StopDurableExecution", "POST", "/2025-12-01/durable-executions/{DurableExecutionArn}/stop"],
  ["UpdateCapacityProvider", "PUT", "/2025-11-30/capacity-providers/{CapacityProviderName}"],
  ["UpdateCodeSigningConfig", "PUT", "/2020-04-22/code-signing-configs/{CodeSigningConfigArn}"],
  ["UpdateEventSourceMapping", "PUT", "/2015-03-31/event-source-mappings/{UUID}"],
  ["UpdateFunctionEventInvokeConfig", "POST", "/2019-09-25/functions/{FunctionName}/event-invoke-config"],
  ["UpdateFunctionUrlConfig", "PUT", "/2021-10-31/functions/{FunctionName}/url"],
];
