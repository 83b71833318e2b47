import { ecsServiceKey } from "../../resources/deploymentGroup/loadBalancerInfo.ts";
import type { DeploymentGroupRecord } from "../../resources/deploymentGroup.ts";
import { type Database, forUpdate, json, number, type Row, text } from "../database.ts";
import type { DeploymentGroups, Stored } from "../store.ts";

export function deploymentGroups(db: Database): DeploymentGroups {
  const read = (row: Row): Stored<DeploymentGroupRecord> => ({
    ...json<DeploymentGroupRecord>(row, "body"),
    n: number(row, "n"),
  });
  return {
    async find(applicationN, name) {
      const row = await db.one(
        `select n, body from deployment_group where application_n = ? and name = ?${forUpdate(db)}`,
        applicationN,
        name,
      );
      return row && read(row);
    },
    async list(applicationN, { after, limit }) {
      const rows = await db.all(
        "select name from deployment_group where application_n = ? and name > ? order by name limit ?",
        applicationN,
        after ?? "",
        limit,
      );
      return rows.map((row) => text(row, "name"));
    },
    async count(applicationN) {
      const row = await db.one("select count(*) as total from deployment_group where application_n = ?", applicationN);
      return row ? number(row, "total") : 0;
    },
    async insert(applicationN, group) {
      await db.write(
        `insert into deployment_group (application_n, name, config_name, target_revision, ecs_service, body)
         values (?, ?, ?, ?, ?, ?)`,
        applicationN,
        group.deploymentGroupName,
        group.deploymentConfigName,
        group.targetRevision?.identity ?? null,
        ecsServiceKey(group.ecsServices) ?? null,
        JSON.stringify(group),
      );
    },
    async update(groupN, { n: _, ...group }: DeploymentGroupRecord & { n?: number }) {
      await db.write(
        `update deployment_group set name = ?, config_name = ?, target_revision = ?, ecs_service = ?, body = ?
         where n = ?`,
        group.deploymentGroupName,
        group.deploymentConfigName,
        group.targetRevision?.identity ?? null,
        ecsServiceKey(group.ecsServices) ?? null,
        JSON.stringify(group),
        groupN,
      );
    },
    async delete(n) {
      const row = await db.one("select body from deployment_group where n = ?", n);
      if (!row) return;
      const { deploymentGroupId } = json<DeploymentGroupRecord>(row, "body");
      await db.write("delete from tag where resource_id = ?", deploymentGroupId);
      await db.write("delete from deployment_group where n = ?", n);
    },
    ...searching(db),
  };
}

function searching(
  db: Database,
): Pick<DeploymentGroups, "targeting" | "targetRevisions" | "ofEcsService" | "usingConfig"> {
  return {
    async targeting(applicationN, revisionIdentity) {
      const rows = await db.all(
        "select name from deployment_group where application_n = ? and target_revision = ? order by name",
        applicationN,
        revisionIdentity,
      );
      return rows.map((row) => text(row, "name"));
    },
    async targetRevisions(applicationN) {
      const rows = await db.all(
        "select distinct target_revision from deployment_group where application_n = ? and target_revision is not null",
        applicationN,
      );
      return rows.map((row) => text(row, "target_revision"));
    },
    async ofEcsService({ accountId, region }, ecsService) {
      const row = await db.one(
        `select deployment_group.n as n, deployment_group.name as name
         from deployment_group join application on application.n = deployment_group.application_n
         where ecs_service = ? and application.account_id = ? and application.region = ? limit 1`,
        ecsService,
        accountId,
        region,
      );
      return row && { n: number(row, "n"), name: text(row, "name") };
    },
    async usingConfig({ accountId, region }, configName) {
      // Who asks is about to remove it: nobody may begin to use it meanwhile.
      if (db.node !== undefined) {
        const sql = "select name from deployment_config where account_id = ? and region = ? and name = ? for update";
        await db.one(sql, accountId, region, configName);
      }
      const row = await db.one(
        `select application.name as application, deployment_group.name as name
         from deployment_group join application on application.n = deployment_group.application_n
         where deployment_group.config_name = ? and application.account_id = ? and application.region = ?
         limit 1`,
        configName,
        accountId,
        region,
      );
      return row && `${text(row, "application")}/${text(row, "name")}`;
    },
  };
}
