/** Resource policies: kept and shown, not enforced. Statement ids are unique within a policy. */
import { invalid } from "./functionConfiguration.ts";
import { type Policy, requireFunction, resolveQualifier } from "./functionStore.ts";
import { constraintError, LambdaError } from "./lambdaError.ts";
import { type Members, parseMembers, readString, requireString } from "./members.ts";
import { functionArn, LATEST, type QualifiedName } from "./names.ts";
import { type Control, type LambdaRequest, namedFunction, type Operation, requireRevision } from "./operation.ts";

export const addPermission: Operation = (control, request) => {
  const id = policyOwner(control, request);
  const input = parseMembers(request.body);
  const policy = control.store.findPolicy(id, id.qualifier);
  requireRevision(readString(input, "RevisionId"), policy?.revisionId ?? "", "GetPolicy");
  const sid = requireString(input, "StatementId");
  if (!/^[a-zA-Z0-9_-]{1,100}$/.test(sid)) {
    throw constraintError(sid, "statementId", "Member must satisfy regular expression pattern: ([a-zA-Z0-9-_]+)");
  }
  if (policy?.statements.some((statement) => statement["Sid"] === sid)) {
    throw new LambdaError(
      "ResourceConflictException",
      `The statement id (${sid}) provided already exists. Please provide a new statement id, or remove the existing statement.`,
    );
  }
  const statement = buildStatement(input, sid, functionArn(id, id.qualifier));
  const statements = [...(policy?.statements ?? []), statement];
  control.store.putPolicy(id, id.qualifier, { statements, revisionId: control.ids.uuid() });
  return { status: 201, body: { Statement: JSON.stringify(statement) } };
};

export const getPolicy: Operation = (control, request) => {
  const id = policyOwner(control, request);
  const policy = requirePolicy(control, id);
  const document = { Version: "2012-10-17", Id: "default", Statement: policy.statements };
  return { status: 200, body: { Policy: JSON.stringify(document), RevisionId: policy.revisionId } };
};

export const removePermission: Operation = (control, request) => {
  const { store, ids } = control;
  const found = namedFunction(request);
  if (!store.find(found)) {
    throw new LambdaError("ResourceNotFoundException", `No policy found for: ${functionArn(found)}`);
  }
  const id = policyOwner(control, request);
  const sid = request.parameters["StatementId"] ?? "";
  const policy = requirePolicy(control, id);
  const statements = policy.statements.filter((statement) => statement["Sid"] !== sid);
  if (statements.length === policy.statements.length) {
    throw new LambdaError("ResourceNotFoundException", `Statement ${sid} is not found in resource policy.`);
  }
  requireRevision(request.query.get("RevisionId"), policy.revisionId, "GetPolicy");
  if (statements.length === 0) store.removePolicy(id, id.qualifier);
  else store.putPolicy(id, id.qualifier, { statements, revisionId: ids.uuid() });
  return { status: 204 };
};

function policyOwner({ store }: Control, request: LambdaRequest): QualifiedName {
  const id = namedFunction(request);
  requireFunction(store, id, id.qualifier);
  if (id.qualifier === LATEST) throw invalid("We currently do not support adding policies for $LATEST.");
  resolveQualifier(store, id, id.qualifier);
  return id;
}

function requirePolicy({ store }: Control, id: QualifiedName): Policy {
  const policy = store.findPolicy(id, id.qualifier);
  if (policy) return policy;
  throw new LambdaError("ResourceNotFoundException", "The resource you requested does not exist.");
}

function buildStatement(input: Members, sid: string, arn: string): Members {
  const equal: Record<string, string> = {};
  const conditions: [member: string, key: string][] = [
    ["SourceAccount", "AWS:SourceAccount"],
    ["FunctionUrlAuthType", "lambda:FunctionUrlAuthType"],
    ["PrincipalOrgID", "aws:PrincipalOrgID"],
    ["EventSourceToken", "lambda:EventSourceToken"],
  ];
  for (const [member, key] of conditions) {
    const value = readString(input, member);
    if (value !== undefined) equal[key] = value;
  }
  const source = readString(input, "SourceArn");
  const condition = {
    ...(Object.keys(equal).length > 0 ? { StringEquals: equal } : {}),
    ...(source === undefined ? {} : { ArnLike: { "AWS:SourceArn": source } }),
  };
  return {
    Sid: sid,
    Effect: "Allow",
    Principal: principalOf(requireString(input, "Principal")),
    Action: requireString(input, "Action"),
    Resource: arn,
    ...(Object.keys(condition).length > 0 ? { Condition: condition } : {}),
  };
}

function principalOf(given: string): unknown {
  if (given === "*") return "*";
  if (/^\d{12}$/.test(given)) return { AWS: `arn:aws:iam::${given}:root` };
  if (given.startsWith("arn:")) return { AWS: given };
  if (/^[a-z0-9.-]+\.amazonaws\.com(\.cn)?$/.test(given)) return { Service: given };
  throw invalid("The provided principal was invalid. Please check the principal and try again.");
}
