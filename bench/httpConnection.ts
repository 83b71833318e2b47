/** HTTP/1.1 with keep-alive on a bare socket: as little work as can be, so that the client is never what is measured. */
import { connect, type Socket } from "node:net";

export interface RawResponse {
  status: number;
  /** Status line and headers. */
  head: string;
  body: Buffer;
}

const HEAD_END = "\r\n\r\n";

export class HttpConnection {
  readonly #socket: Socket;
  #received: Buffer = Buffer.alloc(0);
  #waiting: { resolve(response: RawResponse): void; reject(error: Error): void } | null = null;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.setNoDelay(true);
    socket.on("data", (chunk: Buffer) => this.#receive(chunk));
    socket.on("error", (error) => this.#waiting?.reject(error));
    socket.on("close", () => this.#waiting?.reject(new Error("the server closed the connection")));
  }

  static open(url: string): Promise<HttpConnection> {
    const { hostname, port } = new URL(url);
    return new Promise((resolve, reject) => {
      const socket = connect(Number(port), hostname);
      socket.once("error", reject);
      socket.once("connect", () => {
        socket.removeListener("error", reject);
        resolve(new HttpConnection(socket));
      });
    });
  }

  /** Whether the server, too, still keeps it. */
  get isOpen(): boolean {
    return this.#socket.readable && this.#socket.writable;
  }

  /** Sends one whole request; the next may follow when this one has been answered. */
  send(request: string | Buffer): Promise<RawResponse> {
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
      this.#socket.write(request);
    });
  }

  close(): void {
    this.#waiting = null;
    this.#socket.destroy();
  }

  #receive(chunk: Buffer): void {
    this.#received = this.#received.length === 0 ? chunk : Buffer.concat([this.#received, chunk]);
    const headEnd = this.#received.indexOf(HEAD_END);
    if (headEnd < 0) return;
    const head = this.#received.toString("latin1", 0, headEnd);
    const [, length] = /\r\ncontent-length: ([0-9]+)/i.exec(head) ?? [];
    const bodyStart = headEnd + HEAD_END.length;
    const end = bodyStart + Number(length ?? 0);
    if (this.#received.length < end) return;
    const body = this.#received.subarray(bodyStart, end);
    this.#received = this.#received.subarray(end);
    const waiting = this.#waiting;
    this.#waiting = null;
    waiting?.resolve({ status: Number(head.slice(9, 12)), head, body });
  }
}

export interface RequestTemplate {
  method: string;
  path: string;
  headers: Record<string, string>;
}

/** The bytes of a request with this body. */
export function requestBytes({ method, path, headers }: RequestTemplate, body: string): string {
  const lines = Object.entries({ host: "127.0.0.1", ...headers, "content-length": String(Buffer.byteLength(body)) });
  return `${method} ${path} HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join("")}\r\n${body}`;
}
