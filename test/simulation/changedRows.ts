/** Which deployments the transactions of a store have written, so that nobody has to look at all of them after each. */
import type { Store, Transaction } from "../../src/store/store.ts";

type Deployments = Transaction["deployments"];

/** Adds the row of every deployment that a transaction of `store` has written, once it is over. One runs after the other. */
export function noteChanges(store: Store, changed: Set<number>): Store {
  let written = new Set<number>();
  const noted = new WeakSet<Deployments>();
  const note = (deployments: Deployments): void => {
    if (noted.has(deployments)) return;
    noted.add(deployments);
    const insert = deployments.insert.bind(deployments);
    const save = deployments.save.bind(deployments);
    Object.assign(deployments, {
      async insert(...given: Parameters<typeof insert>) {
        const n = await insert(...given);
        written.add(n);
        return n;
      },
      save(...given: Parameters<typeof save>) {
        written.add(given[0]);
        return save(...given);
      },
    });
  };
  const transaction = store.transaction.bind(store);
  return Object.assign(store, {
    transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
      const own = new Set<number>();
      const result = transaction((tx) => {
        written = own;
        note(tx.deployments);
        return work(tx);
      });
      const isOver = () => {
        for (const n of own) changed.add(n);
      };
      result.then(isOver, isOver);
      return result;
    },
  });
}
