/** Provisioned concurrency: environments that stand ready before anyone calls. */
import { invalid, lambdaDate } from "./functionConfiguration.ts";
import { type ProvisionedConcurrency, requireFunction, resolveQualifier } from "./functionStore.ts";
import { constraintError, LambdaError } from "./lambdaError.ts";
import { type Members, parseMembers, readInteger } from "./members.ts";
import { functionArn, LATEST, type QualifiedName } from "./names.ts";
import { type Control, type LambdaRequest, namedFunction, type Operation, page } from "./operation.ts";

/** What became of a request for provisioned concurrency since this process began. */
interface Provisioning {
  version: string;
  requested: number;
  status: "IN_PROGRESS" | "READY" | "FAILED";
  started: number;
  reason: string | undefined;
}

/** By the ARN of the version or alias. */
type Known = Map<string, Provisioning>;

/**
 * The operations on provisioned concurrency. What was asked for is kept; whether it stands is known only to this
 * process, so after a restart, or when an alias has moved, the first look starts the environments again.
 */
export function provisionedConcurrencyOperations() {
  const known: Known = new Map();
  return { put: put(known), get: get(known), remove: remove(known), list: list(known) };
}

const put =
  (known: Known): Operation =>
  (control, request) => {
    const { id, qualifier } = provisionable(request);
    const input = parseMembers(request.body);
    const requested = readInteger(input, "ProvisionedConcurrentExecutions", 1, Number.MAX_SAFE_INTEGER);
    if (requested === undefined) {
      throw constraintError("null", "provisionedConcurrentExecutions", "Member must not be null");
    }
    if (qualifier === LATEST) {
      throw invalid("Provisioned Concurrency Configs cannot be applied to unpublished function versions.");
    }
    const { reservedConcurrency } = requireFunction(control.store, id, qualifier);
    resolveQualifier(control.store, id, qualifier);
    if (reservedConcurrency !== undefined && requested > reservedConcurrency) {
      throw invalid(
        "Requested Provisioned Concurrency should not be greater than the reservedConcurrentExecution for function",
      );
    }
    const most = control.maxEnvironmentsPerFunction;
    if (requested > most) throw invalid(`signalbox runs at most ${most} execution environments of a function.`);
    const asked = { requested, lastModified: control.clock.now() };
    control.store.putProvisioned(id, qualifier, asked);
    known.delete(functionArn(id, qualifier));
    return { status: 202, body: render(asked, look(known, control, id, qualifier, asked)) };
  };

const get =
  (known: Known): Operation =>
  (control, request) => {
    const { id, qualifier } = provisionable(request);
    requireFunction(control.store, id, qualifier);
    const asked = control.store.findProvisioned(id, qualifier);
    if (!asked) throw notConfigured();
    return { status: 200, body: render(asked, look(known, control, id, qualifier, asked)) };
  };

const remove =
  (known: Known): Operation =>
  ({ store, dataPlane }, request) => {
    const { id, qualifier } = provisionable(request);
    requireFunction(store, id, qualifier);
    if (!store.findProvisioned(id, qualifier)) throw notConfigured();
    const { version } = resolveQualifier(store, id, qualifier);
    store.removeProvisioned(id, qualifier);
    known.delete(functionArn(id, qualifier));
    dataPlane.retire(id, version.version);
    return { status: 204 };
  };

const list =
  (known: Known): Operation =>
  (control, request) => {
    const id = namedFunction(request);
    requireFunction(control.store, id);
    const rows = control.store.listProvisioned(id).map(({ qualifier, value }) => ({
      FunctionArn: functionArn(id, qualifier),
      ...render(value, look(known, control, id, qualifier, value)),
    }));
    const { items, marker } = page(rows, request.query, 50);
    return { status: 200, body: { ProvisionedConcurrencyConfigs: items, ...marker } };
  };

const look = (
  known: Known,
  control: Control,
  id: QualifiedName,
  qualifier: string,
  asked: ProvisionedConcurrency,
): Provisioning => {
  const key = functionArn(id, qualifier);
  const { version } = resolveQualifier(control.store, id, qualifier);
  const before = known.get(key);
  if (before && before.version === version.version && before.requested === asked.requested) return before;
  const { requested } = asked;
  const begun: Provisioning = {
    version: version.version,
    requested,
    status: "IN_PROGRESS",
    started: 0,
    reason: undefined,
  };
  known.set(key, begun);
  const { reservedConcurrency } = requireFunction(control.store, id);
  const release = control.clock.hold();
  control.dataPlane
    .provision({ id, version, reservedConcurrency }, requested)
    .then(({ started, reason }) => {
      begun.started = started;
      begun.status = started === requested ? "READY" : "FAILED";
      begun.reason = reason;
    })
    .catch(() => {
      begun.status = "FAILED";
      begun.reason = "FUNCTION_ERROR_INIT_FAILURE";
    })
    .finally(release);
  return begun;
};

const render = (asked: ProvisionedConcurrency, found: Provisioning): Members => ({
  RequestedProvisionedConcurrentExecutions: asked.requested,
  AvailableProvisionedConcurrentExecutions: found.started,
  AllocatedProvisionedConcurrentExecutions: found.started,
  Status: found.status,
  ...(found.reason === undefined ? {} : { StatusReason: found.reason }),
  LastModified: lambdaDate(asked.lastModified),
});

function provisionable(request: LambdaRequest): { id: QualifiedName; qualifier: string } {
  const id = namedFunction(request);
  if (id.qualifier === undefined) throw constraintError("null", "qualifier", "Member must not be null");
  return { id, qualifier: id.qualifier };
}

const notConfigured = () =>
  new LambdaError(
    "ProvisionedConcurrencyConfigNotFoundException",
    "No Provisioned Concurrency Config found for this function",
  );
