/**
 * The floor under a durable creation over HTTP: `node:http`, which answers each POST when the rows that a creation leaves
 * are on the disk. Requests that have arrived together share a commit, as in the program. Nothing is checked.
 */
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { openCreationRows } from "./creationRows.ts";

process.on("message", async ({ directory }: { directory: string }) => {
  const rows = await openCreationRows(directory);
  const waiting: { applicationName: string; outgoing: ServerResponse }[] = [];
  const flush = () => {
    const batch = waiting.splice(0);
    const ids = rows.commit(batch.map(({ applicationName }) => applicationName));
    for (const [index, { outgoing }] of batch.entries()) {
      const body = JSON.stringify({ applicationId: ids[index] });
      outgoing.writeHead(200, {
        "content-type": "application/x-amz-json-1.1",
        "x-amzn-requestid": String(ids[index]),
        "content-length": Buffer.byteLength(body),
      });
      outgoing.end(body);
    }
  };
  const server = createServer((incoming, outgoing) => {
    const chunks: Buffer[] = [];
    incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
    incoming.on("end", () => {
      const { applicationName } = JSON.parse(Buffer.concat(chunks).toString("utf8"));
      if (waiting.push({ applicationName, outgoing }) === 1) setImmediate(flush);
    });
  });
  server.listen(0, "127.0.0.1", () => {
    process.send?.({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
  });
});
