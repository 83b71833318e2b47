import { type Database, forShare, json } from "../database.ts";
import type { DeploymentConfigs } from "../store.ts";
import { countIn, namesIn } from "./applications.ts";

export function deploymentConfigs(db: Database): DeploymentConfigs {
  return {
    async find({ accountId, region }, name) {
      const row = await db.one(
        `select body from deployment_config where account_id = ? and region = ? and name = ?${forShare(db)}`,
        accountId,
        region,
        name,
      );
      return row && json(row, "body");
    },
    async list(scope, page) {
      return namesIn(db, "deployment_config", scope, page);
    },
    async count(scope) {
      return countIn(db, "deployment_config", scope);
    },
    async insert({ accountId, region }, config) {
      await db.write(
        "insert into deployment_config (account_id, region, name, body) values (?, ?, ?, ?)",
        accountId,
        region,
        config.deploymentConfigName,
        JSON.stringify(config),
      );
    },
    async delete({ accountId, region }, name) {
      await db.write(
        "delete from deployment_config where account_id = ? and region = ? and name = ?",
        accountId,
        region,
        name,
      );
    },
  };
}
