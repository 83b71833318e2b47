/** Task definitions: families of numbered revisions. */
import type { Scope } from "../../protocol/http.ts";
import {
  ClientException,
  InvalidParameterException,
  SortOrderValues,
  type TaskDefinition,
  TaskDefinitionFamilyStatusValues,
  TaskDefinitionStatusValues,
} from "../../shapes/ecs.ts";
import { checkedDefinition } from "./definitionRules.ts";
import type { EcsStore } from "./ecsStore.ts";
import { type DefinitionId, definitionArn, readDefinition } from "./names.ts";
import { missing, type Operation, page, requireNames, requireOneOf } from "./operation.ts";
import type { DefinitionRecord } from "./records.ts";
import { requireTags } from "./tags.ts";

export const registerTaskDefinition: Operation<"RegisterTaskDefinition"> = ({ store, clock }, scope, input) => {
  const checked = checkedDefinition(input);
  const tags = requireTags(input.tags);
  const family = checked.family ?? "";
  const taskDefinition = store.together(() => {
    const id: DefinitionId = { ...scope, family, revision: store.takeRevision(scope, family) };
    const definition: TaskDefinition = {
      ...checked,
      taskDefinitionArn: definitionArn(id),
      revision: id.revision,
      status: "ACTIVE",
      registeredAt: clock.now(),
      registeredBy: `arn:aws:iam::${scope.accountId}:root`,
    };
    store.putDefinition(id, { definition, tags });
    return definition;
  });
  return { taskDefinition, tags };
};

export const describeTaskDefinition: Operation<"DescribeTaskDefinition"> = ({ store }, scope, input) => {
  const found = findDefinition(store, scope, requireGiven(input.taskDefinition));
  if (!found) throw new ClientException("Unable to describe task definition.");
  const { definition, tags } = found.value;
  return { taskDefinition: definition, ...(input.include?.includes("TAGS") ? { tags } : {}) };
};

/** No new task set or service can use it; what uses it goes on. */
export const deregisterTaskDefinition: Operation<"DeregisterTaskDefinition"> = ({ store, clock }, scope, input) => {
  const { revision } = readDefinition(scope, requireGiven(input.taskDefinition)) ?? {};
  if (revision === undefined) throw new InvalidParameterException("Revision is missing.");
  const found = findDefinition(store, scope, input.taskDefinition ?? "");
  if (!found)
    throw new ClientException(
      "The specified task definition does not exist. Specify a valid account, family, revision and try again.",
    );
  if (found.value.definition.status !== "ACTIVE") return { taskDefinition: found.value.definition };
  const definition: TaskDefinition = { ...found.value.definition, status: "INACTIVE", deregisteredAt: clock.now() };
  store.putDefinition(found.id, { ...found.value, definition });
  return { taskDefinition: definition };
};

/** What services still use stays described, as DELETE_IN_PROGRESS. */
export const deleteTaskDefinitions: Operation<"DeleteTaskDefinitions"> = ({ store, clock }, scope, input) => {
  const names = requireNames(input.taskDefinitions, "taskDefinitions", 10);
  const taskDefinitions: TaskDefinition[] = [];
  const failures = store.together(() =>
    names.flatMap((name) => {
      const found = findDefinition(store, scope, name);
      if (!found) return missing(name);
      if (found.value.definition.status === "ACTIVE") {
        return {
          arn: found.value.definition.taskDefinitionArn,
          reason:
            "The specified task definition is still in ACTIVE status. Please deregister the target and try again.",
        };
      }
      const definition: TaskDefinition = {
        ...found.value.definition,
        status: "DELETE_IN_PROGRESS",
        deleteRequestedAt: clock.now(),
      };
      store.putDefinition(found.id, { ...found.value, definition });
      taskDefinitions.push(definition);
      return [];
    }),
  );
  return { taskDefinitions, failures };
};

export const listTaskDefinitions: Operation<"ListTaskDefinitions"> = ({ store }, scope, input) => {
  const { familyPrefix, status = "ACTIVE", sort = "ASC" } = input;
  requireOneOf(status, "status", TaskDefinitionStatusValues);
  requireOneOf(sort, "sort", SortOrderValues);
  const found = store
    .listDefinitions(scope, familyPrefix)
    .filter(({ definition }) => definition.status === status)
    .map(({ definition }) => String(definition.taskDefinitionArn));
  const { items, ...next } = page(sort === "DESC" ? found.reverse() : found, input);
  return { taskDefinitionArns: items, ...next };
};

export const listTaskDefinitionFamilies: Operation<"ListTaskDefinitionFamilies"> = ({ store }, scope, input) => {
  const { familyPrefix = "", status = "ACTIVE" } = input;
  requireOneOf(status, "status", TaskDefinitionFamilyStatusValues);
  const isActive = new Map<string, boolean>();
  for (const { definition } of store.listDefinitions(scope)) {
    const { family = "" } = definition;
    isActive.set(family, isActive.get(family) === true || definition.status === "ACTIVE");
  }
  const families = [...isActive]
    .filter(
      ([family, active]) => family.startsWith(familyPrefix) && (status === "ALL" || active === (status === "ACTIVE")),
    )
    .map(([family]) => family);
  const { items, ...next } = page(families, input);
  return { families: items, ...next };
};

/** By `family`, `family:revision` or ARN; a family alone stands for its latest active revision. */
export function findDefinition(
  store: EcsStore,
  scope: Scope,
  text: string,
): { id: DefinitionId; value: DefinitionRecord } | undefined {
  const { family, revision } = readDefinition(scope, text) ?? {};
  if (family === undefined) return undefined;
  const { accountId, region } = scope;
  if (revision !== undefined) {
    const id = { accountId, region, family, revision };
    const value = store.findDefinition(id);
    return value && { id, value };
  }
  const value = store.listDefinitions(scope, family).findLast(({ definition }) => definition.status === "ACTIVE");
  return value && { id: { accountId, region, family, revision: value.definition.revision ?? 0 }, value };
}

/** One that tasks may be started from. Throws ClientException. */
export function requireDefinition(store: EcsStore, scope: Scope, text: string | undefined): DefinitionRecord {
  const found = findDefinition(store, scope, requireGiven(text));
  if (!found) throw new ClientException("TaskDefinition not found.");
  if (found.value.definition.status !== "ACTIVE") throw new ClientException("TaskDefinition is inactive");
  return found.value;
}

function requireGiven(taskDefinition: string | undefined): string {
  if (!taskDefinition) throw new ClientException("TaskDefinition can not be blank.");
  return taskDefinition;
}
