import { type Database, json, number, text } from "../database.ts";
import type { Effects } from "../store.ts";

export function effects(db: Database): Effects {
  return {
    async insert(deploymentN, owed, attemptAt) {
      const numbers: number[] = [];
      for (const effect of owed) {
        const row = await db.one(
          "insert into effect (deployment_n, key, attempt, attempt_at, body) values (?, ?, 1, ?, ?) returning n",
          deploymentN,
          effect.key,
          attemptAt,
          JSON.stringify(effect),
        );
        if (row) numbers.push(number(row, "n"));
      }
      return numbers;
    },
    async removeOthers(deploymentN, awaitedKey) {
      await db.run("delete from effect where deployment_n = ? and key <> ?", deploymentN, awaitedKey ?? "");
    },
    async remove(n) {
      await db.run("delete from effect where n = ?", n);
    },
    async postpone(n, attempt, attemptAt) {
      const sql = "update effect set attempt = ?, attempt_at = ? where n = ?";
      return (await db.run(sql, attempt, attemptAt, n)) > 0;
    },
    async all() {
      const rows = await db.all(
        `select effect.n as n, deployment_n, attempt, body, id, account_id, region
         from effect join deployment on deployment.n = deployment_n order by effect.n`,
      );
      return rows.map((row) => ({
        n: number(row, "n"),
        deploymentN: number(row, "deployment_n"),
        deploymentId: text(row, "id"),
        accountId: text(row, "account_id"),
        region: text(row, "region"),
        attempt: number(row, "attempt"),
        effect: json(row, "body"),
      }));
    },
  };
}
