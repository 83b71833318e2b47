/** Reserved concurrency and the limits of the account. */
import { invalid } from "./functionConfiguration.ts";
import { requireFunction } from "./functionStore.ts";
import { constraintError } from "./lambdaError.ts";
import { parseMembers, readInteger } from "./members.ts";
import { requireUnqualified } from "./names.ts";
import { namedFunction, type Operation } from "./operation.ts";

/** AWS's default for an account; nothing here shares it out. */
const ACCOUNT_CONCURRENCY = 1000;

export const putFunctionConcurrency: Operation = ({ store }, request) => {
  const id = namedFunction(request);
  requireUnqualified(id);
  const input = parseMembers(request.body);
  const reserved = readInteger(input, "ReservedConcurrentExecutions", 0, ACCOUNT_CONCURRENCY);
  if (reserved === undefined) throw constraintError("null", "reservedConcurrentExecutions", "Member must not be null");
  const found = requireFunction(store, id);
  const provisioned = store.listProvisioned(id).reduce((sum, { value }) => sum + value.requested, 0);
  if (reserved < provisioned) {
    throw invalid(
      ` ReservedConcurrentExecutions  ${reserved} should not be lower than function's total provisioned concurrency [${provisioned}].`,
    );
  }
  store.put(id, { ...found, reservedConcurrency: reserved });
  return { status: 200, body: { ReservedConcurrentExecutions: reserved } };
};

export const getFunctionConcurrency: Operation = ({ store }, request) => {
  const id = namedFunction(request);
  requireUnqualified(id);
  const { reservedConcurrency } = requireFunction(store, id);
  return {
    status: 200,
    body: reservedConcurrency === undefined ? {} : { ReservedConcurrentExecutions: reservedConcurrency },
  };
};

export const deleteFunctionConcurrency: Operation = ({ store }, request) => {
  const id = namedFunction(request);
  requireUnqualified(id);
  store.put(id, { ...requireFunction(store, id), reservedConcurrency: undefined });
  return { status: 204 };
};

export const getAccountSettings: Operation = ({ store }, { caller }) => {
  const functions = store.list(caller);
  const size = functions.reduce((sum, { value }) => sum + value.latest.codeSize, 0);
  const limits = {
    TotalCodeSize: 80_530_636_800,
    CodeSizeUnzipped: 262_144_000,
    CodeSizeZipped: 52_428_800,
    ConcurrentExecutions: ACCOUNT_CONCURRENCY,
    UnreservedConcurrentExecutions: ACCOUNT_CONCURRENCY,
  };
  return {
    status: 200,
    body: { AccountLimit: limits, AccountUsage: { TotalCodeSize: size, FunctionCount: functions.length } },
  };
};
