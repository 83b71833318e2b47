/** Receivers of notifications as HTTP servers of the test: a webhook, and stand-ins for SNS and EventBridge. */
import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import type { Owner } from "./signalbox.ts";

export interface Received {
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
}

export interface Receiver {
  url: string;
  /** `host:port`, as `--allow-outgoing` takes it. */
  host: string;
  /** Every request that came in, in order, whatever was answered. */
  received: Received[];
  /** What is answered; a test may put another in its place, also one that waits. */
  answer: (request: Received) => Answer | Promise<Answer>;
  /** Nobody listens at its address any more. */
  goDown(): Promise<void>;
  comeUp(): Promise<void>;
}

export interface Answer {
  status: number;
  body?: string;
  type?: string;
}

export async function startReceiver(owner: Owner, answer: Receiver["answer"] = () => ({ status: 204 })) {
  let port = 0;
  let server: Server | null = null;
  const comeUp = async () => {
    server = createServer(async (incoming, response) => {
      const request = { path: incoming.url ?? "", headers: incoming.headers, body: await text(incoming) };
      receiver.received.push(request);
      const { status, body = "", type = "text/plain" } = await receiver.answer(request);
      response.writeHead(status, { "content-type": type }).end(body);
    });
    await new Promise<void>((resolve) => server?.listen(port, "127.0.0.1", resolve));
    port = (server.address() as AddressInfo).port;
  };
  const goDown = async () => {
    const ended = new Promise((resolve) => (server?.listening ? server.close(resolve) : resolve(null)));
    server?.closeAllConnections();
    await ended;
  };
  const receiver: Receiver = { url: "", host: "", received: [], answer, goDown, comeUp };
  await comeUp();
  receiver.host = `127.0.0.1:${port}`;
  receiver.url = `http://${receiver.host}`;
  owner.after(goDown);
  return receiver;
}

/** A CloudEvent that a webhook was posted. */
export interface CloudEvent {
  id: string;
  type: string;
  subject: string;
  data: { event: string; deploymentId: string; [member: string]: unknown };
  [attribute: string]: unknown;
}

export const cloudEvents = ({ received }: Receiver): CloudEvent[] => received.map(({ body }) => JSON.parse(body));

/** `<deployment id> <event>` of everything a webhook was posted, in order. */
export const told = (receiver: Receiver): string[] =>
  cloudEvents(receiver).map(({ data }) => `${data.deploymentId} ${data.event}`);

export interface Published {
  TopicArn: string;
  Subject: string;
  Message: string;
}

/** SNS as far as Publish goes; a topic whose name begins with `unknown` does not exist. */
export async function startSns(owner: Owner): Promise<Receiver & { published(): Published[] }> {
  const formOf = ({ body }: Received) => Object.fromEntries(new URLSearchParams(body)) as Record<string, string>;
  const isKnown = (form: Record<string, string>) => !form["TopicArn"]?.split(":").at(-1)?.startsWith("unknown");
  const receiver = await startReceiver(owner, (request) => {
    const type = "text/xml";
    if (!isKnown(formOf(request))) {
      const error = "<Error><Type>Sender</Type><Code>NotFound</Code><Message>Topic does not exist</Message></Error>";
      return { status: 404, type, body: `<ErrorResponse>${error}<RequestId>r</RequestId></ErrorResponse>` };
    }
    const result = "<PublishResult><MessageId>m</MessageId></PublishResult>";
    const metadata = "<ResponseMetadata><RequestId>r</RequestId></ResponseMetadata>";
    return { status: 200, type, body: `<PublishResponse>${result}${metadata}</PublishResponse>` };
  });
  return Object.assign(receiver, {
    published: () =>
      receiver.received
        .map(formOf)
        .filter((form) => form["Action"] === "Publish" && isKnown(form))
        .map(({ TopicArn = "", Subject = "", Message = "" }) => ({ TopicArn, Subject, Message })),
  });
}

export interface PutEvent {
  EventBusName: string;
  Source: string;
  DetailType: string;
  Resources: string[];
  Time: number;
  Detail: string;
}

/** EventBridge as far as PutEvents goes. */
export async function startEventBridge(owner: Owner): Promise<Receiver & { events(): PutEvent[] }> {
  const type = "application/x-amz-json-1.1";
  const receiver = await startReceiver(owner, () => {
    return { status: 200, type, body: JSON.stringify({ FailedEntryCount: 0, Entries: [{ EventId: "e" }] }) };
  });
  return Object.assign(receiver, {
    events: () =>
      receiver.received
        .filter(({ headers }) => headers["x-amz-target"] === "AWSEvents.PutEvents")
        .flatMap(({ body }) => (JSON.parse(body) as { Entries: PutEvent[] }).Entries),
  });
}
