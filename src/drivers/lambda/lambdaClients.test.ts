import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { it } from "node:test";
import { lambdaClients, lambdaSdk } from "./lambdaClients.ts";

it("an endpoint of one's own is told whose request it is, of which region and service", async (test) => {
  const server = createServer((_, outgoing) => outgoing.end("{}")).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const client = await lambdaClients({ kind: "url", url: `http://127.0.0.1:${port}` })("123456789012", "eu-west-1");
  test.after(() => {
    client.destroy();
    server.close();
  });
  const { GetAliasCommand } = await lambdaSdk();
  const arrived = once(server, "request");
  await client.send(new GetAliasCommand({ FunctionName: "shop", Name: "live" }));
  const [{ headers }] = (await arrived) as [IncomingMessage];
  const date = String(headers["x-amz-date"]);
  assert.equal(headers["user-agent"], "signalbox");
  assert.equal(headers["x-amz-user-agent"], undefined, "the SDK still puts its user agent together");
  assert.match(date, /^[0-9]{8}T[0-9]{6}Z$/);
  const scope = `123456789012/${date.slice(0, 8)}/eu-west-1/lambda/aws4_request`;
  assert.ok(headers.authorization?.startsWith(`AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=`));
});
