/** How processes that work on one database share what is to be done. Each claim is a commit of its own. */
import type { Database } from "../database.ts";
import { number } from "../database.ts";
import { owedEffect } from "../statements/effects.ts";
import { KNOWN_FORMAT } from "../statements/format.ts";
import { KNOWN_KIND, storedNotification } from "../statements/notifications.ts";
import type { Claims } from "../store.ts";
import { DATABASE_NOW, LEASE_MS, type Node } from "./node.ts";

/** Somebody else's, and they are gone. Rows that were imported, or were never claimed, belong to nobody. */
const FREE = `(owner is null or owner not in (select id from node where beat_at > ${DATABASE_NOW} - ${LEASE_MS}))`;

/** What only newer programs can do is left to them. A look at the row of each that is free: there are few. */
const OF_KNOWN_FORMAT = `(select ${KNOWN_FORMAT} from deployment where n = effect.deployment_n)`;

const OWN_EFFECTS = `select deployment_n, attempt, body, id, account_id, region
  from effect join deployment on deployment.n = deployment_n where owner = ? order by deployment_n, key`;

export function claims(db: Database, node: Node, nodeId: string): Claims {
  return {
    async due(now, limit) {
      if (!node.mayClaim()) return [];
      // A claim ends with its lease, or with the turn that it was made for.
      const rows = await db.all(
        `with chosen as materialized (
           select n from deployment where wake_at <= ? and ${KNOWN_FORMAT}
             and (claimed_until is null or claimed_until <= ? or claimed_version <> version)
           order by wake_at limit ? for update skip locked)
         update deployment set claimed_until = ?, claimed_version = version
         from chosen where deployment.n = chosen.n returning deployment.n as n, wake_at`,
        ...[now, now, limit, now + LEASE_MS],
      );
      return rows
        .sort((one, other) => number(one, "wake_at") - number(other, "wake_at"))
        .map((row) => number(row, "n"));
    },
    async effects(limit) {
      if (!node.mayClaim()) return [];
      const rows = await db.all(
        `with chosen as materialized (
           select deployment_n, key from effect where ${FREE} and ${OF_KNOWN_FORMAT} limit ? for update skip locked),
         taken as (
           update effect set owner = ? from chosen
           where effect.deployment_n = chosen.deployment_n and effect.key = chosen.key
           returning effect.deployment_n, effect.key, attempt, body)
         select deployment_n, attempt, body, id, account_id, region
         from taken join deployment on deployment.n = deployment_n order by deployment_n, key`,
        ...[limit, nodeId],
      );
      const own = node.ownsUnknown() ? await db.all(OWN_EFFECTS, nodeId) : [];
      return [...rows, ...own].map(owedEffect);
    },
    async notifications(receiver, now, limit) {
      const due = `receiver = ? and next_at <= ? and ${KNOWN_KIND}`;
      if (node.mayClaim()) {
        await db.run(
          `with chosen as materialized (
             select n from notification where ${due} and ${FREE} order by next_at, n limit ? for update skip locked)
           update notification set owner = ? from chosen where notification.n = chosen.n`,
          ...[receiver, now, limit, nodeId],
        );
      }
      const rows = await db.all(
        `select * from notification where ${due} and owner = ? order by next_at, n limit ?`,
        ...[receiver, now, nodeId, limit],
      );
      return rows.map(storedNotification);
    },
  };
}
