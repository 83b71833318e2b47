/** HTTP/1.1 as bytes on a socket of its own, without any client: what is sent is what stands here. */
import { once } from "node:events";
import { connect } from "node:net";
import { buffer } from "node:stream/consumers";
import { authorization } from "./signalbox.ts";

export interface RawAnswer {
  /** Status line and headers, without the empty line after them. */
  head: string;
  body: string;
  /** The `x-amzn-requestid` in the head. */
  requestId: string;
}

/** The bytes of a request for an operation, as few headers as can be; the connection ends with its answer. */
export function rawRequest(operation: string, body: string): Buffer {
  const head = [
    "POST / HTTP/1.1",
    "host: codedeploy.eu-west-1.amazonaws.com",
    `x-amz-target: CodeDeploy_20141006.${operation}`,
    "content-type: application/x-amz-json-1.1",
    `authorization: ${authorization()}`,
    `content-length: ${Buffer.byteLength(body)}`,
    "connection: close",
  ];
  return Buffer.from(`${head.join("\r\n")}\r\n\r\n${body}`);
}

/** Sends the bytes and reads until the server has ended the connection: nothing can come after the answer unseen. */
export async function exchangeBytes(url: string, request: Uint8Array): Promise<RawAnswer> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  await once(socket, "connect");
  socket.write(request);
  const text = (await buffer(socket)).toString("utf8");
  const headEnd = text.indexOf("\r\n\r\n");
  const head = text.slice(0, headEnd);
  const [, requestId = ""] = /\r\nx-amzn-requestid: (\S+)/.exec(head) ?? [];
  return { head, body: text.slice(headEnd + 4), requestId };
}
