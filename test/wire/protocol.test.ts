/** awsJson1.1 as bytes: what stands in headers and bodies, and what happens to requests that are no requests. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";
import { connect } from "node:net";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { buffer } from "node:stream/consumers";
import { after, test } from "node:test";
import { deploy, lambdaGroup } from "../support/lambdaFixtures.ts";
import { ACCOUNT, authorization, startSignalbox } from "../support/signalbox.ts";

const box = await startSignalbox({ after }, { flags: { "max-body": "20000", "request-timeout": "1s" } });
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const TYPE = "application/x-amz-json-1.1";

interface Answer {
  status: number;
  headers: Headers;
  body: Record<string, unknown>;
}

/** A request as an SDK sends it, but for what the test changes; a header of `undefined` is left out. */
async function post(
  body: string | Uint8Array,
  {
    operation = "ListApplications",
    headers = {},
  }: { operation?: string; headers?: Record<string, string | undefined> } = {},
): Promise<Answer> {
  const all = { "content-type": TYPE, "x-amz-target": `CodeDeploy_20141006.${operation}`, ...headers };
  const sent = Object.entries(all).filter((header): header is [string, string] => header[1] !== undefined);
  const response = await fetch(box.url, { method: "POST", headers: sent, body });
  const text = await response.text();
  assert.equal(response.headers.get("content-length"), String(Buffer.byteLength(text)));
  return { status: response.status, headers: response.headers, body: JSON.parse(text) };
}

function assertError({ status, headers, body }: Answer, expected: number, type: string, message: RegExp): void {
  assert.equal(`${status} ${String(body["__type"])}`, `${expected} ${type}`, String(body["message"]));
  assert.deepEqual(Object.keys(body).sort(), ["__type", "message"]);
  assert.match(String(body["message"]), message);
  assert.equal(headers.get("x-amzn-errortype"), type);
  assert.equal(headers.get("content-type"), TYPE);
  assert.match(headers.get("x-amzn-requestid") ?? "", UUID);
}

test("a success has status 200, the content type of awsJson1.1 and a request id of its own", async () => {
  const [one, other] = [await post("{}"), await post("{}")];
  assert.equal(one.status, 200);
  assert.deepEqual(one.body, { applications: [] });
  assert.equal(one.headers.get("content-type"), TYPE);
  assert.equal(one.headers.get("x-amzn-errortype"), null);
  assert.match(one.headers.get("x-amzn-requestid") ?? "", UUID);
  assert.notEqual(one.headers.get("x-amzn-requestid"), other.headers.get("x-amzn-requestid"));
});

test("an operation without output answers an empty object", async () => {
  const answer = await post('{"applicationName":"nothing"}', { operation: "DeleteApplication" });
  assert.equal(answer.status, 200);
  assert.deepEqual(answer.body, {});
});

test("a modelled error is 400 with __type, message and x-amzn-errortype", async () => {
  const answer = await post('{"applicationName":"nothing"}', { operation: "GetApplication" });
  assertError(answer, 400, "ApplicationDoesNotExistException", /^No application found for name: nothing$/);
});

test("times on the wire are seconds with a fraction, in answers and in requests", async () => {
  await post('{"applicationName":"times"}', { operation: "CreateApplication" });
  const { body } = await post('{"applicationName":"times"}', { operation: "GetApplication" });
  const { createTime } = body["application"] as { createTime: number };
  assert.equal(createTime, await box.now());
  const range = `{"createTimeRange":{"start":${createTime - 0.001},"end":null}}`;
  assert.equal((await post(range, { operation: "ListDeployments" })).status, 200);
});

test("members that the model does not know are ignored, and null counts as absent", async () => {
  const sent = '{"applicationName":"odd","computePlatform":null,"tags":null,"colour":{"a":[1]},"__proto__":{"x":1}}';
  assert.equal((await post(sent, { operation: "CreateApplication" })).status, 200);
  const { body } = await post('{"applicationName":"odd"}', { operation: "GetApplication" });
  assert.equal((body["application"] as { computePlatform: string }).computePlatform, "Server");
  const absent = await post('{"applicationName":null}', { operation: "GetApplication" });
  assertError(absent, 400, "ApplicationNameRequiredException", /required/);
});

for (const [title, body] of [
  ["cut off", '{"applicationName":'],
  ["with something after its end", "{} {}"],
  ["that is text", "applicationName=x"],
  ["that is XML", "<a/>"],
  ["nested a hundred thousand deep and never closed", "[".repeat(19_000)],
] as const) {
  test(`a body ${title} is a SerializationException`, async () => {
    assertError(await post(body), 400, "SerializationException", /not valid JSON/);
  });
}

test("an empty body is a SerializationException that says what to send", async () => {
  assertError(await post(""), 400, "SerializationException", /empty.*\{\}/);
});

test("a body that is not UTF-8 does not reach an operation as a name", async () => {
  const body = Buffer.from('{"applicationName":"na\u00efve"}', "latin1");
  assertError(await post(body, { operation: "GetApplication" }), 400, "InvalidApplicationNameException", /Invalid/);
});

const wrongTypes: [operation: string, body: string, message: RegExp][] = [
  ["ListApplications", "[]", /^The body must be an object, not a list$/],
  ["ListApplications", "null", /^The body must be an object, not null$/],
  ["ListApplications", '"text"', /^The body must be an object, not a value of type string$/],
  ["GetApplication", '{"applicationName":7}', /^applicationName must be a string, not a value of type number$/],
  ["BatchGetApplications", '{"applicationNames":"a"}', /^applicationNames must be a list/],
  ["BatchGetApplications", '{"applicationNames":["a",{}]}', /^applicationNames\[1\] must be a string/],
  ["BatchGetApplications", '{"applicationNames":[null]}', /^applicationNames\[0\] must be a value, not null$/],
  ["StopDeployment", '{"deploymentId":"d","autoRollbackEnabled":"yes"}', /^autoRollbackEnabled must be true or false/],
  [
    "CreateDeploymentConfig",
    '{"minimumHealthyHosts":{"type":"HOST_COUNT","value":1.5}}',
    /^minimumHealthyHosts\.value must be a whole number/,
  ],
  ["ListDeployments", '{"createTimeRange":{"start":"yesterday"}}', /^createTimeRange\.start must be a number/],
  ["ListDeploymentTargets", '{"targetFilters":{"TargetStatus":{}}}', /^targetFilters\.TargetStatus must be a list/],
  [
    "CreateDeployment",
    '{"revision":{"appSpecContent":{"content":["a"]}}}',
    /^revision\.appSpecContent\.content must be a string, not a list$/,
  ],
];
for (const [operation, body, message] of wrongTypes) {
  test(`${operation} of ${body} is a SerializationException that names the place`, async () => {
    assertError(await post(body, { operation }), 400, "SerializationException", message);
  });
}

test("an operation that there is not is an UnknownOperationException", async () => {
  const operation = (name: string) => post("{}", { operation: name });
  assertError(await operation("MakeCoffee"), 400, "UnknownOperationException", /MakeCoffee/);
  assertError(await operation("getApplication"), 400, "UnknownOperationException", /getApplication/);
  assertError(await operation(""), 400, "UnknownOperationException", /named/);
  for (const name of ["constructor", "__proto__", "toString", "hasOwnProperty"]) {
    assertError(await operation(name), 400, "UnknownOperationException", new RegExp(name));
  }
});

test("a target of another service is an UnknownOperationException, no target a MissingActionException", async () => {
  for (const target of [
    "DynamoDB_20120810.ListTables",
    "ListApplications",
    ".",
    "CodeDeploy_20150101.ListApplications",
  ]) {
    const answer = await post("{}", { headers: { "x-amz-target": target } });
    assertError(answer, 400, "UnknownOperationException", /target/);
  }
  assertError(
    await post("{}", { headers: { "x-amz-target": undefined } }),
    400,
    "MissingActionException",
    /X-Amz-Target/,
  );
});

test("the content type must be that of awsJson1.1, with or without a character set", async () => {
  const typed = (type: string | undefined) => post("{}", { headers: { "content-type": type } });
  assert.equal((await typed(`${TYPE}; charset=utf-8`)).status, 200);
  assert.equal((await typed(TYPE.toUpperCase())).status, 200);
  for (const type of ["application/json", "application/x-amz-json-1.0", "text/plain"]) {
    assertError(await typed(type), 415, "UnsupportedMediaTypeException", new RegExp(`${TYPE}.*not ${type}`));
  }
});

test("a path or method that nothing answers is 404 and an UnknownOperationException", async () => {
  for (const [method, path] of [
    ["GET", "/"],
    ["POST", "/other"],
    ["DELETE", "/_signalbox/health"],
    ["GET", "/_signalbox/nothing"],
  ]) {
    const response = await fetch(`${box.url}${path}`, { method: method ?? "" });
    const answer = { status: response.status, headers: response.headers, body: (await response.json()) as object };
    assertError(answer as Answer, 404, "UnknownOperationException", new RegExp(`${method} ${path}`));
  }
});

test("a body larger than the limit is refused by its announced length, before it is sent", async () => {
  const headers = {
    "content-type": TYPE,
    "x-amz-target": "CodeDeploy_20141006.ListApplications",
    "content-length": 20_001,
  };
  const sending = request(box.url, { method: "POST", headers });
  sending.flushHeaders();
  const [response] = await once(sending, "response");
  assert.equal(response.statusCode, 413);
  assert.equal(response.headers["connection"], "close");
  const body = JSON.parse((await buffer(response)).toString());
  assert.equal(body.__type, "RequestEntityTooLargeException");
  assert.match(body.message, /20000 bytes/);
  sending.destroy();
});

test("a body larger than the limit is refused when its length was not announced", async () => {
  const headers = { "content-type": TYPE, "x-amz-target": "CodeDeploy_20141006.ListApplications" };
  const sending = request(box.url, { method: "POST", headers });
  sending.on("error", () => {});
  for (let sent = 0; sent < 3; sent += 1) sending.write("x".repeat(10_000));
  const [response] = await once(sending, "response");
  assert.equal(response.statusCode, 413);
  assert.equal(JSON.parse((await buffer(response)).toString()).__type, "RequestEntityTooLargeException");
  sending.destroy();
});

test("a body of exactly the limit is read", async () => {
  const body = `{"a":"${"x".repeat(20_000 - 8)}"}`;
  assert.equal(body.length, 20_000);
  assert.equal((await post(body)).status, 200);
});

/** What comes back on a bare connection until the server ends it. */
async function bare(...lines: string[]): Promise<string> {
  const { hostname, port } = new URL(box.url);
  const socket = connect(Number(port), hostname);
  socket.on("error", () => {});
  socket.write(lines.join("\r\n"));
  return (await buffer(socket)).toString();
}

test("a client that does not send its whole request in time is answered 408 and cut off", async () => {
  for (const lines of [
    ["POST / HTTP/1.1", "host: x", "content-length: 10", "", "{"],
    ["POST / HTTP/1.1", "host: x", "content-le"],
  ]) {
    const answer = await bare(...lines);
    assert.match(answer, /^HTTP\/1\.1 408 Request Timeout\r\n/);
    assert.match(answer, /x-amzn-errortype: RequestTimeoutException\r\n/);
    assert.match(answer, /"__type":"RequestTimeoutException"/);
  }
  assert.equal((await post("{}")).status, 200);
});

test("what is no HTTP is answered 400, headers beyond measure 431, both in AWS's form", async () => {
  const broken = await bare("MAKE ME A SANDWICH", "", "");
  assert.match(broken, /^HTTP\/1\.1 400 Bad Request\r\n[\s\S]*"__type":"MalformedHttpRequestException"/);
  const twice = await bare("POST / HTTP/1.1", "host: x", "content-length: 2", "content-length: 3", "", "{}");
  assert.match(twice, /^HTTP\/1\.1 400 Bad Request\r\n/);
  const large = await bare("POST / HTTP/1.1", "host: x", `x-large: ${"x".repeat(20_000)}`, "", "");
  assert.match(large, /^HTTP\/1\.1 431 [\s\S]*"__type":"RequestHeaderFieldsTooLargeException"/);
  assert.equal((await post("{}")).status, 200);
});

test("a client that goes away in the middle of a request harms nobody", async () => {
  const { hostname, port } = new URL(box.url);
  const socket = connect(Number(port), hostname);
  socket.write("POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\n{");
  await once(socket, "connect");
  socket.destroy();
  assert.equal((await post("{}")).status, 200);
  assert.deepEqual(
    box.log.filter((line) => line.includes("failed")),
    [],
  );
});

test("without a signature a request is the default account's, in the default region", async () => {
  await post('{"applicationName":"unsigned"}', { operation: "CreateApplication" });
  const client = box.codeDeploy({ account: "000000000000", region: "us-east-1" });
  assert.ok((await client.getApplication({ applicationName: "unsigned" })).application);
});

test("the credential scope names the region, and the account where the access key is one", async () => {
  const signed = async (account: string, region: string) => {
    const { body } = await post("{}", { headers: { authorization: authorization({ account, region }) } });
    return body["applications"];
  };
  await box.codeDeploy({ account: ACCOUNT, region: "sa-east-1" }).createApplication({ applicationName: "mine" });
  await box
    .codeDeploy({ account: "000000000000", region: "sa-east-1" })
    .createApplication({ applicationName: "default" });
  assert.deepEqual(await signed(ACCOUNT, "sa-east-1"), ["mine"]);
  assert.deepEqual(await signed(ACCOUNT, "ca-central-1"), []);
  assert.deepEqual(await signed("AKIAIOSFODNN7EXAMPLE", "sa-east-1"), ["default"]);
  assert.deepEqual(await signed("1234567890123", "sa-east-1"), ["default"]);
});

test("the defaults of account and region are settings", async () => {
  const flags = { "account-id": "111122223333", region: "eu-south-1" };
  const other = await startSignalbox({ after }, { flags });
  const headers = { "content-type": TYPE, "x-amz-target": "CodeDeploy_20141006.CreateApplication" };
  await fetch(other.url, { method: "POST", headers, body: '{"applicationName":"here"}' });
  const client = other.codeDeploy({ account: "111122223333", region: "eu-south-1" });
  assert.deepEqual((await client.listApplications({})).applications, ["here"]);
});

test("an Authorization header without a credential scope is an IncompleteSignatureException", async () => {
  for (const value of ["Bearer abc", "AWS4-HMAC-SHA256", "AWS4-HMAC-SHA256 Credential=AKIA/20260101/eu-west-1"]) {
    const answer = await post("{}", { headers: { authorization: value } });
    assertError(answer, 400, "IncompleteSignatureException", /Credential=/);
  }
});

test("a fault of ours is 500 with a request id and nothing of our insides, and the log has both", async () => {
  const first = await startSignalbox({ after });
  const deploymentId = await deploy(first.codeDeploy(), await lambdaGroup(first.codeDeploy()), '{"version": 0.0}');
  await first.advance(0);
  await first.stop();
  const database = new DatabaseSync(join(first.dataDirectory, "signalbox.db"));
  database.exec("update deployment_plan set body = '{broken'");
  database.close();
  const second = await startSignalbox({ after }, { flags: { "data-dir": first.dataDirectory } });
  const headers = {
    "content-type": TYPE,
    "x-amz-target": "CodeDeploy_20141006.GetDeployment",
    authorization: authorization(),
  };
  const response = await fetch(second.url, { method: "POST", headers, body: JSON.stringify({ deploymentId }) });
  assert.equal(response.status, 500);
  assert.deepEqual(await response.json(), {
    __type: "InternalFailure",
    message: "The request failed because of a fault on our side.",
  });
  const requestId = response.headers.get("x-amzn-requestid") ?? "";
  assert.match(requestId, UUID);
  assert.ok(second.log.some((line) => line.includes(requestId) && line.includes("SyntaxError")));
});

test("a request of a web page is refused, whatever it asks for; one of this address is not", async () => {
  for (const origin of ["https://example.org", "null", "http://127.0.0.1:1"]) {
    const body = "Action=ListTopics&Version=2010-03-31";
    const headers = { origin, "content-type": "application/x-www-form-urlencoded" };
    const response = await fetch(box.url, { method: "POST", headers, body });
    assert.equal(response.status, 403);
    const audit = await fetch(`${box.url}/_signalbox/audit`, { headers: { origin } });
    assert.equal(audit.status, 403);
  }
  assert.equal((await post("{}", { headers: { origin: box.url } })).status, 200);
});

const LIST = { "x-amz-target": "CodeDeploy_20141006.ListApplications" };

/** The status of a request whose Host is not the address it is sent to. */
async function statusFor(headers: Record<string, string>): Promise<number | undefined> {
  const sent = request(box.url, { method: "POST", headers: { "content-type": TYPE, ...LIST, ...headers } });
  sent.end("{}");
  const [answer] = (await once(sent, "response")) as [IncomingMessage];
  await buffer(answer);
  return answer.statusCode;
}

test("a page whose own name was led here is refused; a name of this machine and a program are not", async () => {
  const { port } = new URL(box.url);
  for (const name of ["evil.example", "localhost.evil.example", "evillocalhost", "127.0.0.1.evil.example", "[evil]"]) {
    assert.equal(await statusFor({ host: `${name}:${port}`, origin: `http://${name}:${port}` }), 403, name);
    assert.equal(await statusFor({ host: name, origin: `http://${name}` }), 403, name);
  }
  for (const name of ["127.0.0.1", "[::1]", "localhost", "bucket.localhost"]) {
    assert.equal(await statusFor({ host: `${name}:${port}`, origin: `http://${name}:${port}` }), 200, name);
  }
  assert.equal(await statusFor({ host: `evil.example:${port}` }), 200);
});
