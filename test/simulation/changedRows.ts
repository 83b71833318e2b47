/** Which deployments the transactions of a store write, so that nobody has to look at all of them after each. */
import type { Store, Transaction } from "../../src/store/store.ts";

type Deployments = Transaction["deployments"];

/** Adds the row of every deployment that a transaction of `store` writes, though it may be taken back. */
export function noteChanges(store: Store, changed: Set<number>): Store {
  const noted = new WeakSet<Deployments>();
  const note = (deployments: Deployments): void => {
    if (noted.has(deployments)) return;
    noted.add(deployments);
    const insert = deployments.insert.bind(deployments);
    const save = deployments.save.bind(deployments);
    Object.assign(deployments, {
      async insert(...given: Parameters<typeof insert>) {
        const n = await insert(...given);
        changed.add(n);
        return n;
      },
      save(...given: Parameters<typeof save>) {
        changed.add(given[0]);
        return save(...given);
      },
    });
  };
  const transaction = store.transaction.bind(store);
  return Object.assign(store, {
    transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
      return transaction((tx) => {
        note(tx.deployments);
        return work(tx);
      });
    },
  });
}
