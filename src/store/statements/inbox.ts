import { formatOfEvent } from "../../engine/format.ts";
import { type Database, json, lockRow, number, repeated } from "../database.ts";
import type { Inbox } from "../store.ts";
import { raiseFormat } from "./format.ts";

const APPEND = repeated(0, "insert into inbox (deployment_n, once, body) values (?, ?, ?) on conflict do nothing");
const OF = repeated(0, "select n, body from inbox where deployment_n = ? order by n");
const REMOVE = repeated(0, "delete from inbox where deployment_n = ? and n <= ?");

/** `grown` is told of every deployment that has a new event. */
export function inbox(db: Database, grown: (deploymentN: number) => void): Inbox {
  return {
    async append(deploymentN, event, once) {
      // Not between the moment at which a turn reads its events and that at which it removes them.
      await lockRow(db, "deployment", deploymentN);
      const added = await db.run(APPEND, deploymentN, once ?? null, JSON.stringify(event));
      if (added === 0) return false;
      await raiseFormat(db, deploymentN, formatOfEvent(event));
      grown(deploymentN);
      return true;
    },
    async of(deploymentN) {
      const rows = await db.all(OF, deploymentN);
      return rows.map((row) => ({ n: number(row, "n"), event: json(row, "body") }));
    },
    async remove(deploymentN, lastN) {
      await db.write(REMOVE, deploymentN, lastN);
    },
    async waiting() {
      const rows = await db.all("select distinct deployment_n from inbox");
      return rows.map((row) => number(row, "deployment_n"));
    },
  };
}
