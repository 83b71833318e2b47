/** Stands between the drivers and the services, passes every call on, and remembers which they were. */
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import type { Owner } from "./signalbox.ts";

export interface CallRecorder {
  url: string;
  /** As IAM names them: `ecs:CreateTaskSet`. */
  calls: string[];
  /** Where the calls go. */
  passTo(url: string): void;
}

export async function startCallRecorder(owner: Owner): Promise<CallRecorder> {
  const calls: string[] = [];
  let target = "";
  const server = createServer(async (incoming, outgoing) => {
    const body = await bodyOf(incoming);
    calls.push(actionOf(incoming, body));
    const { "x-amz-target": operation, "content-type": type, authorization } = incoming.headers;
    const headers = Object.entries({ "x-amz-target": operation, "content-type": type, authorization }).flatMap(
      ([name, value]) => (typeof value === "string" ? [[name, value] as [string, string]] : []),
    );
    const answer = await fetch(`${target}${incoming.url}`, { method: incoming.method ?? "POST", headers, body });
    outgoing.writeHead(answer.status, { "content-type": answer.headers.get("content-type") ?? "" });
    outgoing.end(Buffer.from(await answer.arrayBuffer()));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  owner.after(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    passTo: (url) => {
      target = url;
    },
  };
}

async function bodyOf(incoming: IncomingMessage): Promise<Buffer<ArrayBuffer>> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function actionOf({ headers }: IncomingMessage, body: Buffer): string {
  const target = String(headers["x-amz-target"] ?? "");
  if (target.startsWith("AmazonEC2ContainerService")) return `ecs:${target.split(".")[1]}`;
  return `elasticloadbalancing:${new URLSearchParams(body.toString()).get("Action")}`;
}
