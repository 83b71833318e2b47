/**
 * The store on a PostgreSQL, for one process that is simulated: the same statements and commits as in production, in a schema
 * of its own. It opens by itself, since a simulation opens a store at once.
 */
import type { Store } from "../../src/store/store.ts";
import { type TestSchema, testSchema } from "../support/postgres.ts";

/** The process is one and the same after every crash, and alone: nothing has to be claimed. */
const NODE_ID = "simulation";

/** Gives `work` what opens a store that outlives its process, and removes everything in the end. */
export async function withDatabase<T>(url: string, work: (openStore: () => Store) => Promise<T>): Promise<T> {
  const schema = testSchema(url);
  try {
    return await work(() => openDatabaseStore(schema));
  } finally {
    await schema.discard();
  }
}

function openDatabaseStore(schema: TestSchema): Store {
  const opening = schema.open({ nodeId: NODE_ID, clock: "own" });
  // Whoever uses it hears of what went wrong.
  opening.catch(() => {});
  return {
    read: async (work) => (await opening).read(work),
    transaction: async (work, about) => (await opening).transaction(work, about),
    onInbox: (heard) => void opening.then((store) => store.onInbox(heard)).catch(() => {}),
    onNotifications: (heard) => void opening.then((store) => store.onNotifications(heard)).catch(() => {}),
    close: async () => (await opening).close(),
  };
}
