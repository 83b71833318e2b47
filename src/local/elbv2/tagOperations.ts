/** Tags of all four kinds of resources, and what signalbox tells among them. */
import type {
  AddTagsCommandInput,
  DescribeTagsCommandInput,
  RemoveTagsCommandInput,
  Tag,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import type { Scope } from "../../protocol/http.ts";
import { kindOf } from "./arns.ts";
import type { Change } from "./balancerStore.ts";
import { elbError, invalid } from "./elbError.ts";
import {
  type Control,
  given,
  type Operation,
  requireListener,
  requireLoadBalancer,
  requireRule,
  requireTargetGroup,
} from "./operation.ts";
import type { Listener, Texts } from "./resources.ts";

const MOST_TAGS = 50;
const MOST_RESOURCES = 20;
/** Where a listener really listens. Clients take tags that begin with `aws:` for AWS's own, and leave them alone. */
const ADDRESS_TAG = "aws:signalbox:address";

export const addTags: Operation<AddTagsCommandInput> = (control, scope, { ResourceArns = [], Tags = [] }) => {
  const added = requireTags(Tags);
  control.store.commit(
    resourcesOf(control, scope, ResourceArns).map((resource) => {
      const tags = { ...resource.value.tags, ...added };
      requireFew(tags);
      return withTags(resource, tags);
    }),
  );
  return {};
};

export const removeTags: Operation<RemoveTagsCommandInput> = (control, scope, { ResourceArns = [], TagKeys = [] }) => {
  control.store.commit(
    resourcesOf(control, scope, ResourceArns).map((resource) => {
      const tags = Object.entries(resource.value.tags).filter(([key]) => !TagKeys.includes(key));
      return withTags(resource, Object.fromEntries(tags));
    }),
  );
  return {};
};

export const describeTags: Operation<DescribeTagsCommandInput> = (control, scope, { ResourceArns = [] }) => ({
  TagDescriptions: resourcesOf(control, scope, ResourceArns).map((resource) => {
    const own = resource.kind === "listener" ? { [ADDRESS_TAG]: addressOf(resource.value, control.host) } : {};
    const tags = Object.entries({ ...resource.value.tags, ...own });
    return { ResourceArn: resource.arn, Tags: tags.map(([Key, Value]) => ({ Key, Value })) };
  }),
});

/** `http://127.0.0.1:8080` */
export function addressOf({ protocol, boundPort }: Pick<Listener, "protocol" | "boundPort">, host: string): string {
  return `${protocol.toLowerCase()}://${host.includes(":") ? `[${host}]` : host}:${boundPort}`;
}

/** Tags as they are kept; throws what is wrong with them. */
export function requireTags(tags: Tag[] = []): Texts {
  const keys = tags.map(({ Key }) => given(Key));
  if (new Set(keys).size < keys.length) throw elbError("DuplicateTagKeys", "A tag key was specified more than once");
  if (keys.some((key) => /^aws:/i.test(key))) throw invalid("Tag keys that begin with aws: are reserved");
  const kept = Object.fromEntries(tags.map(({ Key, Value }) => [given(Key), Value ?? ""]));
  requireFew(kept);
  return kept;
}

function requireFew(tags: Texts): void {
  if (Object.keys(tags).length > MOST_TAGS) {
    throw elbError("TooManyTags", `A resource can have at most ${MOST_TAGS} tags`);
  }
}

type Tagged = Required<Change>;

function resourcesOf(control: Control, scope: Scope, arns: string[]): Tagged[] {
  if (arns.length > MOST_RESOURCES) throw invalid(`At most ${MOST_RESOURCES} resources can be named at once`);
  return [...new Set(arns)].map((arn): Tagged => {
    switch (kindOf(arn)) {
      case "loadbalancer":
        return { kind: "loadBalancer", arn, value: requireLoadBalancer(control, scope, arn) };
      case "targetgroup":
        return { kind: "targetGroup", arn, value: requireTargetGroup(control, scope, arn) };
      case "listener":
        return { kind: "listener", arn, value: requireListener(control, scope, arn) };
      case "listener-rule":
        return { kind: "rule", arn, value: requireRule(control, scope, arn) };
      default:
        throw invalid(`'${arn}' is not a valid ARN of a load balancer, target group, listener or rule`);
    }
  });
}

const withTags = (resource: Tagged, tags: Texts): Change =>
  ({ ...resource, value: { ...resource.value, tags } }) as Change;
