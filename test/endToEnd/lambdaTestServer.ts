/** The Lambda service behind a bare HTTP server, with the official client in front: what the tests of it stand on. */
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import type { TestContext } from "node:test";
import { CreateFunctionCommand, type CreateFunctionCommandInput, LambdaClient } from "@aws-sdk/client-lambda";
import { ZipFile } from "yazl";
import { realClock } from "../../src/clock.ts";
import { randomIds } from "../../src/ids.ts";
import type { Documents } from "../../src/local/documents.ts";
import { createLambdaService, type LambdaServiceOptions } from "../../src/local/lambda/lambdaService.ts";
import type { HttpRequest } from "../../src/protocol/http.ts";

export const ROLE = "arn:aws:iam::000000000000:role/lambda";

/** Documents in memory. Values are copied as a real store would: nothing is shared with the caller. */
export function memoryDocuments(): Documents {
  const kinds = new Map<string, Map<string, string>>();
  const kindOf = (kind: string) => {
    const found = kinds.get(kind) ?? new Map<string, string>();
    kinds.set(kind, found);
    return found;
  };
  return {
    get<T>(kind: string, key: string) {
      const text = kindOf(kind).get(key);
      return text === undefined ? undefined : (JSON.parse(text) as T);
    },
    put: (kind, key, value) => void kindOf(kind).set(key, JSON.stringify(value)),
    delete: (kind, key) => void kindOf(kind).delete(key),
    list<T>(kind: string, prefix: string) {
      const rows = [...kindOf(kind)].filter(([key]) => key.startsWith(prefix));
      return rows.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, text]) => ({ key, value: JSON.parse(text) as T }));
    },
    together: (work) => work(),
  };
}

export interface Seen {
  method: string;
  path: string;
  headers: IncomingMessage["headers"];
  body: string;
}

/** A server with the service, ended with the test. Requests that are not Lambda's are kept in `others` and answered `{}`. */
export async function startLambda(test: TestContext, options: Partial<LambdaServiceOptions> = {}) {
  const folder = mkdtempSync(join(tmpdir(), "signalbox-lambda-test-"));
  const others: Seen[] = [];
  const lines: string[] = [];
  let port = 0;
  const service = createLambdaService({
    documents: memoryDocuments(),
    codeDirectory: join(folder, "code"),
    clock: realClock(),
    ids: randomIds,
    endpoint: () => `http://127.0.0.1:${port}`,
    path: process.env["PATH"] ?? "",
    readObject: async () => ({ error: { code: "NoSuchBucket", message: "The specified bucket does not exist" } }),
    log: (line) => lines.push(line),
    ...options,
  });
  const server = createServer(async (incoming, outgoing) => {
    const [path = "", query = ""] = (incoming.url ?? "").split("?");
    const body = await buffer(incoming);
    const { method = "", headers } = incoming;
    const caller = {
      accountId: "000000000000",
      region: "us-east-1",
      accessKeyId: null,
      signedFor: null,
      sourceAddress: "127.0.0.1",
    };
    const request: HttpRequest = {
      method,
      path,
      query: new URLSearchParams(query),
      headers,
      body,
      caller,
      requestId: randomIds.uuid(),
    };
    if (service.handles(request)) {
      const response = await service.handle(request);
      outgoing
        .writeHead(response.status, { ...response.headers, "x-amzn-requestid": request.requestId })
        .end(response.body);
    } else {
      others.push({ method, path, headers, body: body.toString() });
      outgoing.writeHead(200, { "content-type": "application/x-amz-json-1.1" }).end("{}");
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  port = (server.address() as AddressInfo).port;
  const endpoint = `http://127.0.0.1:${port}`;
  const client = new LambdaClient({
    endpoint,
    region: "us-east-1",
    credentials: { accessKeyId: "000000000000", secretAccessKey: "x" },
    maxAttempts: 1,
  });
  test.after(async () => {
    client.destroy();
    await service.close();
    server.closeAllConnections();
    server.close();
    rmSync(folder, { recursive: true, force: true });
  });
  return { client, service, endpoint, others, lines, folder };
}

export type LambdaUnderTest = Awaited<ReturnType<typeof startLambda>>;

/** A file is its text, or its text with a mode. */
export type Files = Record<string, string | { text: string; mode: number }>;

export async function zip(files: Files): Promise<Uint8Array> {
  const archive = new ZipFile();
  for (const [name, file] of Object.entries(files)) {
    const { text, mode } = typeof file === "string" ? { text: file, mode: 0o100644 } : file;
    archive.addBuffer(Buffer.from(text), name, { mode });
  }
  archive.end();
  return buffer(archive.outputStream as NodeJS.ReadableStream);
}

/** Creates a function from files: CommonJS Node unless `input` says otherwise. */
export async function createFunction(
  lambda: LambdaUnderTest,
  name: string,
  files: Files,
  input: Partial<CreateFunctionCommandInput> = {},
) {
  return lambda.client.send(
    new CreateFunctionCommand({
      FunctionName: name,
      Runtime: "nodejs22.x",
      Handler: "index.handler",
      Role: ROLE,
      Timeout: 10,
      Code: { ZipFile: await zip(files) },
      ...input,
    }),
  );
}
