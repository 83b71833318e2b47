/**
 * A store for those who have nobody to turn down: while writes are refused, a transaction waits and is then run anew.
 * `work` may therefore run more than once.
 */
import { type Store, WritesRefusedError } from "./store.ts";

export interface PatientStore extends Store {
  /** Rejects what waits and what comes: the program ends. */
  giveUp(): void;
}

export function patientStore(store: Store, whenWritable: () => Promise<void>): PatientStore {
  let giveUp = () => {};
  const givenUp = new Promise<never>((_, reject) => {
    giveUp = () => reject(new Error("the program ends while nothing can be written"));
  });
  givenUp.catch(() => {});
  return {
    ...store,
    async transaction(work, about) {
      for (;;) {
        try {
          return await store.transaction(work, about);
        } catch (error) {
          if (!(error instanceof WritesRefusedError)) throw error;
          await Promise.race([whenWritable(), givenUp]);
        }
      }
    },
    giveUp: () => giveUp(),
  };
}
