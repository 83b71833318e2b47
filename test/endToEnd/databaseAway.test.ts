/** A signalbox that is started while its database is away: it waits for what comes by itself, and ends where it must be helped. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import { clientOf } from "../support/canary.ts";
import { needsPostgres, testSchema } from "../support/postgres.ts";
import { startProgram } from "../support/realProgram.ts";
import { waitFor } from "../support/waitFor.ts";

/** In front of the database: nobody at first, then somebody who hangs up, then the database. */
async function openDoor(test: TestContext, database: URL) {
  const sockets = new Set<Socket>();
  const door = { port: 0, attempts: 0, isOpen: false, listen: async () => {} };
  const server: Server = createServer((socket) => {
    door.attempts += 1;
    if (!door.isOpen) return void socket.destroy();
    const far = connect(Number(database.port), database.hostname);
    for (const [one, other] of [
      [socket, far],
      [far, socket],
    ] as const) {
      sockets.add(one);
      one.pipe(other).on("error", () => {});
    }
  });
  door.listen = () => new Promise<void>((resolve) => server.listen(door.port, "127.0.0.1", resolve));
  // A port that is free, and will be still in a moment.
  await door.listen();
  door.port = (server.address() as AddressInfo).port;
  await new Promise((resolve) => server.close(resolve));
  test.after(async () => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return door;
}

function dataFolder(test: TestContext): string {
  const directory = mkdtempSync(join(tmpdir(), "signalbox-away-"));
  test.after(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

describe("a start without the database", needsPostgres, () => {
  it("waits, says so once, and is ready when the database is", async (test) => {
    const schema = testSchema();
    await schema.query(`create schema "${schema.name}"`);
    test.after(() => schema.discard());
    const url = new URL(schema.url);
    const door = await openDoor(test, new URL(schema.url));
    url.hostname = "127.0.0.1";
    url.port = String(door.port);
    const heard: string[] = [];
    const said = () => heard.join("");
    let isReady = false;
    const starting = startProgram(
      { "data-dir": dataFolder(test), "database-url": url.href },
      { heard: (text) => void heard.push(text) },
    );
    void starting.then(() => {
      isReady = true;
    });
    test.after(async () => {
      door.isOpen = true;
      await (await starting).kill9();
    });
    await waitFor("it says that it waits", () => said().includes("waits for it"));
    assert.match(
      said(),
      /^The database cannot be reached: connect ECONNREFUSED \S+\. signalbox waits for it, and takes no/,
    );
    await door.listen();
    await waitFor("it tries again and again", () => door.attempts >= 2);
    assert.equal(isReady, false);
    door.isOpen = true;
    const program = await starting;
    assert.deepEqual((await clientOf(program.url).listApplications({})).applications, []);
    assert.deepEqual(said().split("\n").slice(1), ["the database can be reached", ""]);
  });

  for (const [what, wrong, sentence] of [
    ["a database that does not exist", { pathname: "/nosuch" }, /database "nosuch" does not exist/],
    ["a role that may not", { username: "nosuch" }, /role "nosuch" does not exist|authentication failed/],
  ] as const) {
    it(`ends at once because of ${what}`, async (test) => {
      const url = Object.assign<URL, object>(new URL(testSchema().url), wrong);
      const start = startProgram({ "data-dir": dataFolder(test), "database-url": url.href });
      await assert.rejects(start, (error: Error) => {
        assert.match(error.message, sentence);
        assert.match(error.message, /signalbox: The database cannot be reached: [^\n]+\n$/);
        return true;
      });
    });
  }
});
