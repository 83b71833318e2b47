/**
 * A store in plain maps that keeps the store contract, for simulations: a database in memory takes most of their time.
 * Runs on disk have the real one.
 */
import type { Scope, Store, Transaction } from "../../../src/store/store.ts";
import { mapDeployments } from "./mapDeployments.ts";
import { mapNotifications } from "./mapNotifications.ts";
import { mapApplications, mapDeploymentConfigs, mapDeploymentGroups, mapRevisions, mapTags } from "./mapResources.ts";
import { mapEffects, mapHistory, mapInbox } from "./mapTurns.ts";
import { type Access, draftOf, emptyTables, inScope, kept, nextNumber, readerOf, type Tables } from "./tables.ts";

/** What is there when the store is closed and opened again. */
export interface Place {
  tables: Tables;
}

export const emptyPlace = (): Place => ({ tables: emptyTables() });

export interface Listeners {
  inboxGrew: (deploymentN: number) => void;
  notificationsGrew: (receiver: string) => void;
}

export function openMapStore({ tables }: Place = emptyPlace()): Store {
  let inboxListener: (deploymentN: number) => void = () => {};
  let notificationsListener: (receivers: ReadonlySet<string>) => void = () => {};
  let last: Promise<unknown> = Promise.resolve();
  let isClosed = false;
  const notified = new Set<string>();
  /** Those that the transaction under way has written to. */
  const written: { commit(): void; discard(): void }[] = [];
  for (const table of Object.values(tables)) table.onDraft = () => written.push(table);
  const reader = transactionOver(readerOf(tables), { inboxGrew: () => {}, notificationsGrew: () => {} });
  const tx = transactionOver(draftOf(tables), {
    inboxGrew: (n) => inboxListener(n),
    notificationsGrew: (receiver) => notified.add(receiver),
  });

  const atomically = async <T>(work: (tx: Transaction) => Promise<T>): Promise<T> => {
    notified.clear();
    try {
      const value = await work(tx);
      for (const table of written.splice(0)) table.commit();
      if (notified.size > 0) notificationsListener(new Set(notified));
      return value;
    } catch (error) {
      for (const table of written.splice(0)) table.discard();
      throw error;
    }
  };

  return {
    read: (work) => work(reader),
    transaction(work) {
      if (isClosed) return Promise.reject(new Error("the store is closed"));
      const result = last.then(() => atomically(work));
      last = result.catch(() => {});
      return result;
    },
    onInbox(heard) {
      inboxListener = heard;
    },
    onNotifications(heard) {
      notificationsListener = heard;
    },
    async close() {
      isClosed = true;
      await last;
    },
  };
}

export function transactionOver(access: Access, { inboxGrew, notificationsGrew }: Listeners): Transaction {
  return {
    installation: {
      get: async (name) => access.tables.installation.get(name),
      async keep(name, value) {
        const known = access.tables.installation.get(name);
        if (known === undefined) access.write("installation").set(name, value);
        return known ?? value;
      },
      async put(name, value) {
        access.write("installation").set(name, value);
      },
    },
    audit: mapAudit(access),
    applications: mapApplications(access),
    deploymentConfigs: mapDeploymentConfigs(access),
    deploymentGroups: mapDeploymentGroups(access),
    revisions: mapRevisions(access),
    tags: mapTags(access),
    deployments: mapDeployments(access),
    history: mapHistory(access),
    inbox: mapInbox(access, inboxGrew),
    effects: mapEffects(access),
    notifications: mapNotifications(access, notificationsGrew),
    get onPremisesInstances(): never {
      throw new Error("this store keeps no on-premises instances");
    },
    get gitHubTokens(): never {
      throw new Error("this store keeps no GitHub tokens");
    },
  };
}

function mapAudit(access: Access): Transaction["audit"] {
  return {
    async append({ accountId, region }: Scope, entry) {
      const n = nextNumber(access, "audit");
      access.write("audit").set(n, { accountId, region, entry: kept({ ...entry, n }) });
    },
    async list(scope, { after, limit }) {
      const rows = access.tables.audit
        .all()
        .filter((row) => inScope(row, scope))
        .reverse();
      const older = rows.filter(({ entry }) => after === null || entry.n < after);
      return older.slice(0, limit).map(({ entry }) => entry);
    },
  };
}
