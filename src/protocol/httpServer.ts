/** One port for every protocol: reads requests, sends responses, and ends in order. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { errorResponse } from "./awsJson.ts";
import type { HttpResponse } from "./http.ts";

export interface HttpServerSettings {
  host: string;
  /** 0 takes any free port. */
  port: number;
  /** How long a client may take to send a whole request, in milliseconds. */
  requestTimeoutMs: number;
}

export interface HttpServer {
  /** For example `http://127.0.0.1:4566`. */
  url: string;
  /** Takes no new requests, lets those under way end for up to `graceMs`, then cuts the rest off. */
  close(graceMs: number): Promise<void>;
}

export type Answer = (incoming: IncomingMessage) => Promise<HttpResponse>;

/** Listens, and answers each request with what `answer` gives. Rejects when the address cannot be had. */
export async function startHttpServer(settings: HttpServerSettings, answer: Answer): Promise<HttpServer> {
  const server = createServer({ requestTimeout: settings.requestTimeoutMs, connectionsCheckingInterval: 1000 });
  server.on("request", (incoming, outgoing) => void respond(incoming, outgoing, answer));
  server.on("clientError", refuseBrokenRequest);
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(settings.port, settings.host, () => {
      server.removeListener("error", reject);
      resolve();
    });
  });
  const { port } = server.address() as AddressInfo;
  const host = settings.host.includes(":") ? `[${settings.host}]` : settings.host;
  return { url: `http://${host}:${port}`, close: (graceMs) => closeServer(server, graceMs) };
}

async function respond(incoming: IncomingMessage, outgoing: ServerResponse, answer: Answer): Promise<void> {
  const response = await answer(incoming);
  const length = typeof response.body === "string" ? Buffer.byteLength(response.body) : response.body.length;
  // The answer to a HEAD has the length of the body that it leaves out.
  response.headers["content-length"] ??= String(length);
  // A body that was not read to its end leaves the connection unusable for the next request.
  if (!incoming.complete) response.headers["connection"] = "close";
  outgoing.writeHead(response.status, response.headers);
  outgoing.end(response.body);
  if (!incoming.complete) incoming.resume();
}

/** A request too slow or too broken for node's parser gets an answer in AWS's form, too. */
function refuseBrokenRequest(error: NodeJS.ErrnoException, socket: Socket): void {
  if (!socket.writable) return void socket.destroy();
  const [status, reason, response] =
    error.code === "ERR_HTTP_REQUEST_TIMEOUT"
      ? [408, "Request Timeout", errorResponse(408, "RequestTimeoutException", "The request was not sent in time")]
      : error.code === "HPE_HEADER_OVERFLOW"
        ? [
            431,
            "Request Header Fields Too Large",
            errorResponse(431, "RequestHeaderFieldsTooLargeException", "The headers are too large"),
          ]
        : [400, "Bad Request", errorResponse(400, "MalformedHttpRequestException", "This is not an HTTP request")];
  const headers = Object.entries(response.headers).map(([name, value]) => `${name}: ${value}\r\n`);
  const length = `content-length: ${Buffer.byteLength(response.body)}\r\nconnection: close\r\n`;
  socket.end(`HTTP/1.1 ${status} ${reason}\r\n${headers.join("")}${length}\r\n${response.body}`);
}

function closeServer(server: Server, graceMs: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => server.closeAllConnections(), graceMs);
    server.close(() => {
      clearTimeout(timer);
      resolve();
    });
    server.closeIdleConnections();
  });
}
