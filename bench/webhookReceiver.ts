/** A webhook's receiver as a process of its own, which can be down. Remembers what it was posted, in order. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

export type ReceiverQuestion = "up" | "down" | "told";

export interface ReceiverAnswer {
  url: string;
  /** `<deployment id> <event>` of every CloudEvent, in the order of their arrival. */
  told: string[];
}

let port = 0;
let server: Server | null = null;
const told: string[] = [];

process.on("message", async (question: ReceiverQuestion) => {
  if (question === "up") await comeUp();
  if (question === "down") await goDown();
  process.send?.({ url: `http://127.0.0.1:${port}`, told: question === "told" ? told : [] } satisfies ReceiverAnswer);
});

async function comeUp(): Promise<void> {
  server = createServer(async (request, response) => {
    const { data } = JSON.parse(await text(request)) as { data: { deploymentId: string; event: string } };
    told.push(`${data.deploymentId} ${data.event}`);
    response.writeHead(204).end();
  });
  await new Promise<void>((resolve) => server?.listen(port, "127.0.0.1", resolve));
  port = (server.address() as AddressInfo).port;
}

async function goDown(): Promise<void> {
  const closed = new Promise((resolve) => server?.close(resolve));
  server?.closeAllConnections();
  await closed;
}
