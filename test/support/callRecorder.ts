/** Stands between the drivers and the services, passes every call on, and remembers which they were. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Owner } from "./signalbox.ts";

export interface CallRecorder {
  url: string;
  /** As IAM names them: `ecs:CreateTaskSet`. */
  calls: string[];
  /** Where the calls go. */
  passTo(url: string): void;
  /** Waited for before a call is passed on, and before it is answered. */
  at(moment: "before" | "after", call: string): Promise<void>;
}

export async function startCallRecorder(owner: Owner): Promise<CallRecorder> {
  const calls: string[] = [];
  let target = "";
  const server = createServer((incoming, outgoing) => {
    // A program that is killed takes both ends of its call with it.
    pass(incoming, outgoing).catch(() => outgoing.destroy());
  });
  const pass = async (incoming: IncomingMessage, outgoing: ServerResponse) => {
    const body = await bodyOf(incoming);
    const call = actionOf(incoming, body);
    calls.push(call);
    await recorder.at("before", call);
    const { "x-amz-target": operation, "content-type": type, authorization } = incoming.headers;
    const headers = Object.entries({ "x-amz-target": operation, "content-type": type, authorization }).flatMap(
      ([name, value]) => (typeof value === "string" ? [[name, value] as [string, string]] : []),
    );
    const answer = await fetch(`${target}${incoming.url}`, { method: incoming.method ?? "POST", headers, body });
    const answered = Buffer.from(await answer.arrayBuffer());
    await recorder.at("after", call);
    outgoing.writeHead(answer.status, { "content-type": answer.headers.get("content-type") ?? "" });
    outgoing.end(answered);
  };
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  owner.after(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const recorder: CallRecorder = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    passTo: (url) => {
      target = url;
    },
    at: async () => {},
  };
  return recorder;
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
