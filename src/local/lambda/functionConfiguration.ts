/** What a function may be configured to, and how its configuration looks on the wire. */
import type { FunctionVersion } from "./functionStore.ts";
import { constraintError, LambdaError } from "./lambdaError.ts";
import {
  firstSmall,
  type Members,
  readInteger,
  readMembers,
  readString,
  readStringList,
  readStringMap,
  requireString,
  saysSomething,
} from "./members.ts";
import { type FunctionId, functionArn, LATEST } from "./names.ts";

/** The part of a version that CreateFunction and UpdateFunctionConfiguration set. */
export type Settings = Omit<
  FunctionVersion,
  "version" | "code" | "codeSha256" | "codeSize" | "revisionId" | "lastModified"
>;

const RUNTIME = /^(nodejs(18|20|22|24)\.x|python3\.(8|9|1[0-9])|provided(\.al2|\.al2023)?)$/;
const KNOWN_RUNTIME = /^(nodejs|python|provided|java|dotnet|ruby|go)/;
const ROLE_PATTERN = "arn:(aws[a-zA-Z-]*)?:iam::\\d{12}:role/?[a-zA-Z_0-9+=,.@\\-_/]+";
const ENVIRONMENT_LIMIT_BYTES = 4096;
const RESERVED_VARIABLES = new Set([
  "_HANDLER",
  "_X_AMZN_TRACE_ID",
  "AWS_ACCESS_KEY",
  "AWS_ACCESS_KEY_ID",
  "AWS_DEFAULT_REGION",
  "AWS_EXECUTION_ENV",
  "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
  "AWS_LAMBDA_FUNCTION_NAME",
  "AWS_LAMBDA_FUNCTION_VERSION",
  "AWS_LAMBDA_INITIALIZATION_TYPE",
  "AWS_LAMBDA_LOG_GROUP_NAME",
  "AWS_LAMBDA_LOG_STREAM_NAME",
  "AWS_LAMBDA_RUNTIME_API",
  "AWS_REGION",
  "AWS_SECRET_ACCESS_KEY",
  "AWS_SESSION_TOKEN",
  "LAMBDA_RUNTIME_DIR",
  "LAMBDA_TASK_ROOT",
]);

/** Members that would change what the function does, and that processes on this machine cannot give it. */
const NOT_HONOURED = [
  "CapacityProviderConfig",
  "CodeSigningConfigArn",
  "DeadLetterConfig",
  "DurableConfig",
  "FileSystemConfigs",
  "ImageConfig",
  "KMSKeyArn",
  "Layers",
  "PublishTo",
  "TenancyConfig",
  "VpcConfig",
];

/** The settings of a new function, defaults filled in. Throws as CreateFunction does. */
export function newSettings(name: string, input: Members): Settings {
  const runtime = readString(input, "Runtime");
  const handler = readString(input, "Handler");
  refuseUnsupported(input);
  if (runtime === undefined || (handler === undefined && !runtime.startsWith("provided"))) {
    throw invalid("Runtime and Handler are mandatory parameters for functions created with deployment packages.");
  }
  const defaults: Settings = {
    runtime,
    handler: handler ?? "",
    role: requireString(input, "Role"),
    timeout: 3,
    memorySize: 128,
    description: "",
    environment: undefined,
    architectures: ["x86_64"],
    ephemeralStorage: 512,
    tracingMode: "PassThrough",
    logGroup: `/aws/lambda/${name}`,
  };
  return changedSettings(defaults, input);
}

/** `before` with the members of `input` in their place. Throws as UpdateFunctionConfiguration does. */
export function changedSettings(before: Settings, input: Members): Settings {
  refuseUnsupported(input);
  const environment = readMembers(input, "Environment");
  const variables = environment && (readStringMap(environment, "Variables") ?? {});
  const storage = readMembers(input, "EphemeralStorage");
  const tracing = readMembers(input, "TracingConfig");
  const logging = readMembers(input, "LoggingConfig");
  const after: Settings = {
    runtime: readString(input, "Runtime") ?? before.runtime,
    handler: readString(input, "Handler") ?? before.handler,
    role: readString(input, "Role") ?? before.role,
    timeout: readInteger(input, "Timeout", 1, 900) ?? before.timeout,
    memorySize: readInteger(input, "MemorySize", 128, 10240) ?? before.memorySize,
    description: readString(input, "Description") ?? before.description,
    environment: variables ?? before.environment,
    architectures: readStringList(input, "Architectures") ?? before.architectures,
    ephemeralStorage: (storage && readInteger(storage, "Size", 512, 10240)) ?? before.ephemeralStorage,
    tracingMode: (tracing && readString(tracing, "Mode")) ?? before.tracingMode,
    logGroup: (logging && readString(logging, "LogGroup")) ?? before.logGroup,
  };
  check(after);
  return after;
}

function check(settings: Settings): void {
  requireRuntime(settings.runtime);
  requireArchitectures(settings.architectures);
  requireEnvironment(settings.environment ?? {});
  if (!/^arn:aws[a-zA-Z-]*:iam::\d{12}:role\/?[a-zA-Z_0-9+=,.@\-/]+$/.test(settings.role)) {
    throw constraintError(settings.role, "role", `Member must satisfy regular expression pattern: ${ROLE_PATTERN}`);
  }
  if (!/^[^\s]{0,128}$/.test(settings.handler)) {
    throw constraintError(settings.handler, "handler", "Member must satisfy regular expression pattern: [^\\s]+");
  }
  if (settings.description.length > 256) {
    throw constraintError(settings.description, "description", "Member must have length less than or equal to 256");
  }
  if (!["Active", "PassThrough"].includes(settings.tracingMode)) {
    const constraint = "Member must satisfy enum value set: [Active, PassThrough]";
    throw constraintError(settings.tracingMode, "tracingConfig.mode", constraint);
  }
}

function requireRuntime(runtime: string): void {
  if (RUNTIME.test(runtime)) return;
  if (KNOWN_RUNTIME.test(runtime)) {
    throw invalid(
      `The runtime parameter of ${runtime} is not supported by signalbox, which runs nodejs18.x to nodejs24.x, python3.8 to python3.14 and provided runtimes.`,
    );
  }
  throw invalid(
    `Value ${runtime} at 'runtime' failed to satisfy constraint: Member must satisfy enum value set: [nodejs18.x, nodejs20.x, nodejs22.x, nodejs24.x, python3.8, python3.9, python3.10, python3.11, python3.12, python3.13, python3.14, provided, provided.al2, provided.al2023] or be a valid ARN`,
  );
}

export function requireArchitectures(architectures: string[]): void {
  const shown = `[${architectures.join(", ")}]`;
  if (architectures.length !== 1) {
    throw constraintError(shown, "architectures", "Member must have length less than or equal to 1");
  }
  if (architectures[0] !== "x86_64" && architectures[0] !== "arm64") {
    const constraint =
      "Member must satisfy constraint: [Member must satisfy enum value set: [x86_64, arm64], Member must not be null]";
    throw constraintError(shown, "architectures", constraint);
  }
}

function requireEnvironment(variables: Record<string, string>): void {
  const prefix =
    "Lambda was unable to configure your environment variables because the environment variables you have provided";
  for (const name of Object.keys(variables)) {
    if (/^[a-zA-Z]([a-zA-Z0-9_])+$/.test(name) || RESERVED_VARIABLES.has(name)) continue;
    const constraint =
      "Map keys must satisfy constraint: [Member must satisfy regular expression pattern: [a-zA-Z]([a-zA-Z0-9_])+]";
    throw constraintError(`{${name}=...}`, "environment.variables", constraint);
  }
  const reserved = Object.keys(variables).filter((name) => RESERVED_VARIABLES.has(name));
  if (reserved.length > 0) {
    throw invalid(
      `${prefix} contains reserved keys that are currently not supported for modification. Reserved keys used in this request: ${reserved.join(", ")}`,
    );
  }
  const measured = JSON.stringify(variables);
  if (Buffer.byteLength(measured) > ENVIRONMENT_LIMIT_BYTES) {
    throw invalid(`${prefix} exceeded the 4KB limit. String measured: ${measured}`);
  }
}

function refuseUnsupported(input: Members): void {
  if (readString(input, "PackageType") === "Image") {
    throw invalid("signalbox runs functions as processes: PackageType Image is not supported, use Zip.");
  }
  for (const name of NOT_HONOURED) {
    if (!saysSomething(input[name])) continue;
    throw invalid(`signalbox cannot honour ${firstSmall(name)}: functions are processes on this machine.`);
  }
  const snapStart = readMembers(input, "SnapStart");
  if (snapStart && (readString(snapStart, "ApplyOn") ?? "None") !== "None") {
    throw invalid("signalbox cannot honour snapStart: functions are processes on this machine.");
  }
  const logging = readMembers(input, "LoggingConfig");
  if (logging && (readString(logging, "LogFormat") ?? "Text") !== "Text") {
    throw invalid("signalbox writes function logs as text: loggingConfig.logFormat must be Text.");
  }
}

/** A FunctionConfiguration. `qualified` puts the version into the ARN. */
export function renderConfiguration(id: FunctionId, found: FunctionVersion, qualified: boolean): Members {
  return {
    FunctionName: id.name,
    FunctionArn: functionArn(id, qualified ? found.version : undefined),
    Runtime: found.runtime,
    Role: found.role,
    ...(found.handler === "" ? {} : { Handler: found.handler }),
    CodeSize: found.codeSize,
    Description: found.description,
    Timeout: found.timeout,
    MemorySize: found.memorySize,
    LastModified: lambdaDate(found.lastModified),
    CodeSha256: found.codeSha256,
    Version: found.version,
    ...(found.environment ? { Environment: { Variables: found.environment } } : {}),
    TracingConfig: { Mode: found.tracingMode },
    RevisionId: found.revisionId,
    State: "Active",
    LastUpdateStatus: "Successful",
    PackageType: "Zip",
    Architectures: found.architectures,
    EphemeralStorage: { Size: found.ephemeralStorage },
    SnapStart: { ApplyOn: "None", OptimizationStatus: "Off" },
    LoggingConfig: { LogFormat: "Text", LogGroup: found.logGroup },
  };
}

/** What makes two versions the same for PublishVersion: code and settings, not names and dates. */
export function sameContent(one: FunctionVersion, other: FunctionVersion): boolean {
  const content = (found: FunctionVersion) => {
    const { version: _v, code: _c, description: _d, revisionId: _r, lastModified: _l, ...rest } = found;
    const environment = Object.entries(rest.environment ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
    return JSON.stringify({ ...rest, environment });
  };
  return content(one) === content(other);
}

/** `2026-11-22T21:40:00.000+0000`. */
export const lambdaDate = (instant: number): string => new Date(instant).toISOString().replace("Z", "+0000");

export const invalid = (message: string): LambdaError => new LambdaError("InvalidParameterValueException", message);

/** Whether a qualified read shows the ARN with its version: published versions always, `$LATEST` when asked for by name. */
export const showsQualifier = (found: FunctionVersion, qualifier: string | undefined): boolean =>
  found.version !== LATEST || qualifier !== undefined;
