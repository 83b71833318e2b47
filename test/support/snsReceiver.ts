/** An HTTP endpoint that is subscribed to topics, and the check of a message's signature as AWS documents it. */
import { verify, X509Certificate } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Owner } from "./signalbox.ts";
import { waitFor } from "./waitFor.ts";

export interface Received {
  path: string;
  headers: Record<string, string | string[] | undefined>;
  body: string;
}

export interface Receiver {
  /** `http://127.0.0.1:PORT` */
  url: string;
  /** As `--allow-outgoing` takes it. */
  host: string;
  received: Received[];
  /** What it answers from now on, by how many requests to the path it has had, from 1. */
  answerWith(status: (path: string, count: number) => number): void;
  /** Lets requests to the path wait for their answer until `release`. */
  holdBack(path: string): void;
  release(): void;
  /** Resolves when so many requests to the path have come. */
  waitFor(path: string, count: number, limitMs?: number): Promise<void>;
}

export async function startReceiver(owner: Owner): Promise<Receiver> {
  const received: Received[] = [];
  let statusOf: (path: string, count: number) => number = () => 200;
  let held = "";
  const waiting: (() => void)[] = [];
  const countAt = (path: string) => received.filter((other) => other.path === path).length;
  const server = createServer((incoming, outgoing) => {
    const chunks: Buffer[] = [];
    incoming.on("data", (chunk) => chunks.push(chunk));
    incoming.on("end", () => {
      const path = incoming.url ?? "";
      received.push({ path, headers: incoming.headers, body: Buffer.concat(chunks).toString() });
      const answer = () => void outgoing.writeHead(statusOf(path, countAt(path))).end();
      if (path === held) waiting.push(answer);
      else answer();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  owner.after(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url: `http://${host}`,
    host,
    received,
    answerWith(status) {
      statusOf = status;
    },
    holdBack(path) {
      held = path;
    },
    release() {
      held = "";
      for (const answer of waiting.splice(0)) answer();
    },
    waitFor: (path, count, limitMs) => waitFor(`${count} requests to ${path}`, () => countAt(path) >= count, limitMs),
  };
}

/** The members of an envelope. */
export type Envelope = Record<string, string> & { MessageAttributes?: never };

export const envelopeOf = ({ body }: Received): Envelope => JSON.parse(body) as Envelope;

/**
 * Whether the message is signed with the key of the certificate that it names: its members and their values, a line
 * each, in the order of AWS's documentation, by SHA-1 or SHA-256 with RSA.
 */
export async function isSigned(envelope: Envelope): Promise<boolean> {
  const names = ["Message", "MessageId", "Subject", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"];
  const signed =
    envelope["Type"] === "Notification" ? names.filter((name) => !/^(SubscribeURL|Token)$/.test(name)) : names;
  let text = "";
  for (const name of signed) if (name in envelope) text += `${name}\n${envelope[name]}\n`;
  const pem = await (await fetch(String(envelope["SigningCertURL"]))).text();
  const { publicKey } = new X509Certificate(pem);
  const digest = { "1": "RSA-SHA1", "2": "RSA-SHA256" }[String(envelope["SignatureVersion"])];
  return verify(digest, Buffer.from(text, "utf8"), publicKey, Buffer.from(String(envelope["Signature"]), "base64"));
}
