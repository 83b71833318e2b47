/** Applications, configurations, groups, revisions and tags of the store in maps. */
import { ecsServiceKey } from "../../../src/resources/deploymentGroup/loadBalancerInfo.ts";
import type { Page, Transaction } from "../../../src/store/store.ts";
import { type Access, inScope, kept, keyOf, nextNumber } from "./tables.ts";

/** A page of names in alphabetical order. */
function pageOf(names: Iterable<string>, { after, limit }: Page<string>): string[] {
  const later = [...names].filter((name) => name > (after ?? ""));
  return later.sort(byText).slice(0, limit);
}

const byText = (one: string, other: string) => (one < other ? -1 : one > other ? 1 : 0);

export function mapApplications(access: Access): Transaction["applications"] {
  const inside = (scope: Parameters<typeof inScope>[1]) =>
    access.tables.applications
      .all()
      .filter((row) => inScope(row, scope))
      .map((row) => row.application);
  const named = (scope: Parameters<typeof inScope>[1], name: string) =>
    access.tables.applications.where("name", name).find((row) => inScope(row, scope))?.application;
  return {
    find: async (scope, name) => named(scope, name),
    list: async (scope, page) =>
      pageOf(
        inside(scope).map(({ applicationName }) => applicationName),
        page,
      ),
    reach: async (scope, quota) => inside(scope).length >= quota,
    async insert({ accountId, region }, application) {
      if (named({ accountId, region }, application.applicationName)) return false;
      const n = nextNumber(access, "application");
      access.write("applications").set(n, { accountId, region, application: kept({ ...application, n }) });
      return true;
    },
    async rename(n, applicationName) {
      const row = access.tables.applications.get(n);
      if (!row) return;
      const application = kept({ ...row.application, applicationName });
      access.write("applications").set(n, { ...row, application });
    },
    async delete(n) {
      const row = access.tables.applications.get(n);
      if (!row) return;
      access.write("applications").delete(n);
      access.write("tags").delete(row.application.applicationId);
      for (const { group } of access.tables.deploymentGroups.where("application", n)) {
        await mapDeploymentGroups(access).delete(group.n);
      }
      for (const { applicationN, revision } of access.tables.revisions.all()) {
        if (applicationN === n) access.write("revisions").delete(keyOf(n, revision.identity));
      }
    },
  };
}

export function mapDeploymentConfigs(access: Access): Transaction["deploymentConfigs"] {
  const inside = (scope: Parameters<typeof inScope>[1]) =>
    access.tables.deploymentConfigs
      .all()
      .filter((row) => inScope(row, scope))
      .map((row) => row.config);
  return {
    find: async ({ accountId, region }, name) =>
      access.tables.deploymentConfigs.get(keyOf(accountId, region, name))?.config,
    list: async (scope, page) =>
      pageOf(
        inside(scope).map(({ deploymentConfigName }) => deploymentConfigName),
        page,
      ),
    count: async (scope) => inside(scope).length,
    async insert({ accountId, region }, config) {
      const key = keyOf(accountId, region, config.deploymentConfigName);
      if (access.tables.deploymentConfigs.get(key)) throw new Error("there is a configuration of that name");
      access.write("deploymentConfigs").set(key, { accountId, region, config: kept(config) });
    },
    async delete({ accountId, region }, name) {
      access.write("deploymentConfigs").delete(keyOf(accountId, region, name));
    },
  };
}

export function mapDeploymentGroups(access: Access): Transaction["deploymentGroups"] {
  const of = (n: number) => access.tables.deploymentGroups.where("application", n).map(({ group }) => group);
  const named = (applicationN: number, name: string) =>
    access.tables.deploymentGroups.where("name", keyOf(applicationN, name))[0]?.group;
  const inApplications = (scope: Parameters<typeof inScope>[1]) =>
    access.tables.applications
      .all()
      .filter((row) => inScope(row, scope))
      .map((row) => row.application);
  const nameOf = ({ deploymentGroupName }: { deploymentGroupName: string }) => deploymentGroupName;
  return {
    find: async (applicationN, name) => named(applicationN, name),
    list: async (applicationN, page) => pageOf(of(applicationN).map(nameOf), page),
    count: async (applicationN) => of(applicationN).length,
    async insert(applicationN, group) {
      if (named(applicationN, nameOf(group))) throw new Error("there is a group of that name");
      const n = nextNumber(access, "group");
      access.write("deploymentGroups").set(n, { applicationN, group: kept({ ...group, n }) });
    },
    async update(n, group) {
      const row = access.tables.deploymentGroups.get(n);
      if (row) access.write("deploymentGroups").set(n, { ...row, group: kept({ ...group, n }) });
    },
    async delete(n) {
      const row = access.tables.deploymentGroups.get(n);
      if (!row) return;
      access.write("deploymentGroups").delete(n);
      access.write("tags").delete(row.group.deploymentGroupId);
    },
    targeting: async (applicationN, identity) =>
      of(applicationN)
        .filter(({ targetRevision }) => targetRevision?.identity === identity)
        .map(nameOf)
        .sort(byText),
    targetRevisions: async (applicationN) => [
      ...new Set(of(applicationN).flatMap(({ targetRevision }) => targetRevision?.identity ?? [])),
    ],
    async ofEcsService(scope, ecsService) {
      const groups = inApplications(scope).flatMap(({ n }) => of(n));
      const found = groups.find((group) => ecsServiceKey(group.ecsServices) === ecsService);
      return found && { n: found.n, name: nameOf(found) };
    },
    async usingConfig(scope, configName) {
      for (const { n, applicationName } of inApplications(scope)) {
        const found = of(n).find(({ deploymentConfigName }) => deploymentConfigName === configName);
        if (found) return `${applicationName}/${nameOf(found)}`;
      }
      return undefined;
    },
  };
}

export function mapRevisions(access: Access): Transaction["revisions"] {
  return {
    find: async (applicationN, identity) => access.tables.revisions.get(keyOf(applicationN, identity))?.revision,
    all: async (applicationN) =>
      access.tables.revisions
        .all()
        .filter((row) => row.applicationN === applicationN)
        .map(({ revision }) => revision),
    async put(applicationN, revision) {
      const key = keyOf(applicationN, revision.identity);
      access.write("revisions").set(key, { applicationN, revision: kept(revision) });
    },
  };
}

export function mapTags(access: Access): Transaction["tags"] {
  return {
    of: async (resourceId) =>
      [...(access.tables.tags.get(resourceId) ?? [])]
        .sort(([one], [other]) => byText(one, other))
        .map(([Key, Value]) => ({ Key, Value })),
    async put(resourceId, added) {
      const tags = new Map(access.tables.tags.get(resourceId));
      for (const { Key = "", Value = "" } of added) tags.set(Key, Value);
      access.write("tags").set(resourceId, tags);
    },
    async remove(resourceId, keys) {
      const tags = new Map(access.tables.tags.get(resourceId));
      for (const key of keys) tags.delete(key);
      access.write("tags").set(resourceId, tags);
    },
  };
}
