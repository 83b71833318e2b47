/** Tags of everything that has an ARN. */
import type { Scope } from "../../protocol/http.ts";
import { InvalidParameterException, ResourceNotFoundException, type Tag } from "../../shapes/ecs.ts";
import { findDefinition } from "./definitionOperations.ts";
import type { EcsStore } from "./ecsStore.ts";
import { readCluster, readService, readTask, readTaskSet } from "./names.ts";
import type { Operation } from "./operation.ts";
import { requireTags, taggedWith } from "./tags.ts";

interface Tagged {
  tags: Tag[];
  put(tags: Tag[]): void;
}

export const tagResource: Operation<"TagResource"> = ({ store }, scope, input) => {
  const added = requireTags(input.tags);
  const resource = requireTagged(store, scope, input.resourceArn);
  resource.put(requireTags(taggedWith(resource.tags, added)));
  return {};
};

export const untagResource: Operation<"UntagResource"> = ({ store }, scope, input) => {
  const resource = requireTagged(store, scope, input.resourceArn);
  resource.put(resource.tags.filter(({ key }) => !input.tagKeys?.includes(key ?? "")));
  return {};
};

export const listTagsForResource: Operation<"ListTagsForResource"> = ({ store }, scope, input) => {
  const resource = findTagged(store, scope, requireGiven(input.resourceArn));
  if (!resource) throw notFound(InvalidParameterException);
  return { tags: resource.tags };
};

function requireTagged(store: EcsStore, scope: Scope, arn: string | undefined): Tagged {
  const found = findTagged(store, scope, requireGiven(arn));
  if (!found) throw notFound(ResourceNotFoundException);
  return found;
}

/** ListTagsForResource has no error of its own for it. */
const notFound = (Kind: new (message: string) => Error) =>
  new Kind("The specified resource was not found. Specify a valid resource ARN and try again.");

function requireGiven(arn: string | undefined): string {
  if (arn && /^arn:aws[a-z-]*:ecs:/.test(arn)) return arn;
  throw new InvalidParameterException("Invalid resource ARN. Specify a valid resource ARN and try again.");
}

function findTagged(store: EcsStore, scope: Scope, arn: string): Tagged | undefined {
  const [kind = "", cluster, service] = arn.slice(arn.lastIndexOf(":", arn.indexOf("/")) + 1).split("/");
  const inCluster = readCluster(scope, cluster);
  switch (kind) {
    case "cluster": {
      const id = readCluster(scope, arn);
      const value = id && store.findCluster(id);
      return value && { tags: value.tags, put: (tags) => store.putCluster(id, { ...value, tags }) };
    }
    case "task-definition": {
      const found = findDefinition(store, scope, arn);
      return (
        found && { tags: found.value.tags, put: (tags) => store.putDefinition(found.id, { ...found.value, tags }) }
      );
    }
    case "task": {
      const id = inCluster && readTask(inCluster, arn);
      const value = id && store.findTask(id);
      return value && { tags: value.tags, put: (tags) => store.putTask(id, { ...value, tags }) };
    }
    case "service": {
      const id = inCluster && readService(inCluster, arn);
      const value = id && store.findService(id);
      return value && { tags: value.tags, put: (tags) => store.putService(id, { ...value, tags }) };
    }
    case "task-set":
      return inCluster && taggedTaskSet(store, { ...inCluster, service: service ?? "" }, arn);
    default:
      return undefined;
  }
}

function taggedTaskSet(store: EcsStore, id: Parameters<typeof readTaskSet>[0], arn: string): Tagged | undefined {
  const taskSet = readTaskSet(id, arn);
  const value = store.findService(id);
  const rollout = value?.rollouts.find((candidate) => candidate.id === taskSet);
  if (!value || !rollout) return undefined;
  const put = (tags: Tag[]) =>
    store.putService(id, {
      ...value,
      rollouts: value.rollouts.map((other) => (other.id === taskSet ? { ...other, tags } : other)),
    });
  return { tags: rollout.tags, put };
}
