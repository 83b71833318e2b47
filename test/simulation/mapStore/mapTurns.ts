/** What turns start from and lead to, in the store in maps: events, effects and history. */
import type { OwedEffect, Transaction } from "../../../src/store/store.ts";
import { type Access, kept, keyOf, nextNumber } from "./tables.ts";

export function mapInbox(access: Access, grown: (deploymentN: number) => void): Transaction["inbox"] {
  const of = (deploymentN: number) => access.tables.inbox.where("deployment", deploymentN);
  return {
    async append(deploymentN, event, once) {
      if (once !== undefined && of(deploymentN).some((row) => row.once === once)) return false;
      const n = nextNumber(access, "event");
      access.write("inbox").set(n, { n, deploymentN, once, event: kept(event) });
      grown(deploymentN);
      return true;
    },
    of: async (deploymentN) => of(deploymentN).map(({ n, event }) => ({ n, event })),
    async remove(deploymentN, lastN) {
      const inbox = access.write("inbox");
      for (const { n } of of(deploymentN)) if (n <= lastN) inbox.delete(n);
    },
    waiting: async () =>
      [...new Set(access.tables.inbox.all().map(({ deploymentN }) => deploymentN))].sort((a, b) => a - b),
  };
}

export function mapEffects(access: Access): Transaction["effects"] {
  return {
    async insert(deploymentN, effects) {
      const record = access.tables.deployments.get(deploymentN)?.record;
      if (effects.length === 0 || !record) return;
      const { deploymentId, accountId, region } = record.plan;
      const table = access.write("effects");
      for (const effect of effects) {
        const key = keyOf(deploymentN, effect.key);
        if (table.get(key)) throw new Error(`effect ${effect.key} of ${deploymentId} is owed already`);
        table.set(key, kept({ deploymentN, deploymentId, accountId, region, effect, attempt: 1 }));
      }
    },
    async removeOthers(deploymentN, awaitedKey) {
      for (const { effect } of access.tables.effects.where("deployment", deploymentN)) {
        if (effect.key !== awaitedKey) access.write("effects").delete(keyOf(deploymentN, effect.key));
      }
    },
    async remove(deploymentN, key) {
      access.write("effects").delete(keyOf(deploymentN, key));
    },
    isOwed: async (deploymentN, key) => access.tables.effects.get(keyOf(deploymentN, key)) !== undefined,
    async postpone(deploymentN, effectKey, attempt) {
      const key = keyOf(deploymentN, effectKey);
      const owed = access.tables.effects.get(key);
      if (!owed) return false;
      access.write("effects").set(key, kept({ ...owed, attempt }));
      return true;
    },
    all: async () => access.tables.effects.all().sort(byDeploymentAndKey),
  };
}

function byDeploymentAndKey(one: OwedEffect, other: OwedEffect): number {
  return one.deploymentN - other.deploymentN || (one.effect.key < other.effect.key ? -1 : 1);
}

export function mapHistory(access: Access): Transaction["history"] {
  return {
    async append(deploymentN, version, told) {
      if (told.length === 0) return;
      const turns = access.tables.history.get(deploymentN) ?? [];
      if (turns.some((turn) => turn.version === version)) {
        throw new Error(`version ${version} of deployment ${deploymentN} was told already`);
      }
      access.write("history").set(deploymentN, [...turns, { version, told: kept(told) }]);
    },
    async of(deploymentN) {
      const turns = [...(access.tables.history.get(deploymentN) ?? [])];
      return turns.sort((one, other) => one.version - other.version).flatMap(({ told }) => told);
    },
  };
}
