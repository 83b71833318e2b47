/** A transaction over maps, each call of which is one statement that is sent to the database and answered. */
import type { Transaction } from "../../../src/store/store.ts";
import { type Listeners, transactionOver } from "../mapStore/mapStore.ts";
import { type Access, emptyTables, readerOf } from "../mapStore/tables.ts";

const NOUNS = [
  "audit",
  "applications",
  "deploymentConfigs",
  "deploymentGroups",
  "revisions",
  "deployments",
  "history",
  "inbox",
  "effects",
  "notifications",
  "tags",
  "installation",
] as const satisfies (keyof Transaction)[];

export interface Call {
  noun: (typeof NOUNS)[number];
  method: string;
  args: unknown[];
  /** What the statement does to these tables. */
  run: (access: Access) => Promise<unknown>;
}

type Methods = Record<string, (...args: unknown[]) => Promise<unknown>>;

const methodsOf = (tx: Transaction, noun: Call["noun"]) => tx[noun] as unknown as Methods;

const silent: Listeners = { inboxGrew: () => {}, notificationsGrew: () => {} };
const pattern = transactionOver(readerOf(emptyTables()), silent);

/** `send` answers what `run` does, when it has come back. */
export function statementsOver(send: (call: Call) => Promise<unknown>, listeners: Listeners = silent): Transaction {
  const known = new WeakMap<Access, Transaction>();
  const over = (access: Access): Transaction => {
    const tx = known.get(access) ?? transactionOver(access, listeners);
    known.set(access, tx);
    return tx;
  };
  const nouns = NOUNS.map((noun) => {
    const sent = Object.keys(methodsOf(pattern, noun)).map((method) => {
      const call = (...args: unknown[]) =>
        send({ noun, method, args, run: async (access) => methodsOf(over(access), noun)[method]?.(...args) });
      return [method, call] as const;
    });
    return [noun, Object.fromEntries(sent)] as const;
  });
  return Object.fromEntries(nouns) as unknown as Transaction;
}
