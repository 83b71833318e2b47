import type { Decision } from "../../engine/decisions.ts";
import { type Database, json } from "../database.ts";
import type { Decisions } from "../store.ts";

export function decisions(db: Database): Decisions {
  return {
    async append(deploymentN, version, decided) {
      if (decided.length === 0) return;
      await db.run(
        "insert into decision (deployment_n, version, body) values (?, ?, ?)",
        deploymentN,
        version,
        JSON.stringify(decided),
      );
    },
    async of(deploymentN) {
      const rows = await db.all("select body from decision where deployment_n = ? order by version", deploymentN);
      return rows.flatMap((row) => json<Decision[]>(row, "body"));
    },
  };
}
