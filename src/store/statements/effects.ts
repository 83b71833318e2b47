import { formatOfEffect } from "../../engine/format.ts";
import { type Database, json, number, type Row, readable, repeated, text } from "../database.ts";
import type { Effects, OwedEffect } from "../store.ts";
import { KNOWN_FORMAT, raiseFormat } from "./format.ts";

const INSERT = repeated(0, "insert into effect (deployment_n, key, attempt, attempt_at, body) values (?, ?, 1, ?, ?)");
const INSERT_OWNED = repeated(
  0,
  "insert into effect (deployment_n, key, attempt, attempt_at, body, owner) values (?, ?, 1, ?, ?, ?)",
);
const REMOVE = repeated(0, "delete from effect where deployment_n = ? and key = ?");
const REMOVE_OTHERS = repeated(0, "delete from effect where deployment_n = ? and key <> ?");
const IS_OWED = repeated(0, "select deployment_n from effect where deployment_n = ? and key = ?");
const POSTPONE = repeated(2, "update effect set attempt = ?, attempt_at = ? where deployment_n = ? and key = ?");
const POSTPONE_OWN = repeated(2, `${POSTPONE.text} and owner = ?`);

export function effects(db: Database): Effects {
  return {
    async insert(deploymentN, owed, attemptAt) {
      for (const effect of owed) {
        await raiseFormat(db, deploymentN, formatOfEffect(effect));
        const values = [deploymentN, effect.key, attemptAt, JSON.stringify(effect)];
        if (db.node === undefined) await db.write(INSERT, ...values);
        else await db.write(INSERT_OWNED, ...values, db.node);
      }
    },
    async removeOthers(deploymentN, awaitedKey) {
      await db.write(REMOVE_OTHERS, deploymentN, awaitedKey ?? "");
    },
    async remove(deploymentN, key) {
      await db.write(REMOVE, deploymentN, key);
    },
    async isOwed(deploymentN, key) {
      return (await db.one(IS_OWED, deploymentN, key)) !== undefined;
    },
    async postpone(deploymentN, key, attempt, attemptAt) {
      if (db.node === undefined) return (await db.run(POSTPONE, attempt, attemptAt, deploymentN, key)) > 0;
      return (await db.run(POSTPONE_OWN, attempt, attemptAt, deploymentN, key, db.node)) > 0;
    },
    async all(damaged) {
      const rows = await db.all(
        `select deployment_n, attempt, body, id, account_id, region
         from effect join deployment on n = deployment_n where ${KNOWN_FORMAT} order by deployment_n, key`,
      );
      return readable(rows, "deployment_n", owedEffect, damaged);
    },
  };
}

export function owedEffect(row: Row): OwedEffect {
  return {
    deploymentN: number(row, "deployment_n"),
    deploymentId: text(row, "id"),
    accountId: text(row, "account_id"),
    region: text(row, "region"),
    attempt: number(row, "attempt"),
    effect: json(row, "body"),
  };
}
