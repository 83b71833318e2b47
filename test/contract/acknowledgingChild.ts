/** Writes for ever, many transactions at a time, and prints the number of each one that it was told is durable. */
import { writeSync } from "node:fs";
import { openSqliteStore } from "../../src/store/sqlite/sqliteStore.ts";

const [directory = ""] = process.argv.slice(2);
const store = openSqliteStore({
  directory,
  onCommitFailure(error) {
    throw error;
  },
});
let next = 0;

async function write(): Promise<never> {
  for (;;) {
    const number = next++;
    await store.transaction((tx) => tx.installation.put(`write/${number}`, String(number)));
    writeSync(1, `${number}\n`);
  }
}

await Promise.all(Array.from({ length: 20 }, write));
