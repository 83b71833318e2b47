import type { Told } from "../../engine/decisions.ts";
import { type Database, json, repeated } from "../database.ts";
import type { History } from "../store.ts";

const APPEND = repeated(0, "insert into history (deployment_n, version, body) values (?, ?, ?)");

export function history(db: Database): History {
  return {
    async append(deploymentN, version, told) {
      if (told.length === 0) return;
      await db.write(APPEND, deploymentN, version, JSON.stringify(told));
    },
    async of(deploymentN) {
      const rows = await db.all("select body from history where deployment_n = ? order by version", deploymentN);
      return rows.flatMap((row) => json<Told[]>(row, "body"));
    },
  };
}
