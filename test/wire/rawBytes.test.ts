/**
 * All 47 operations as bytes, without any client library: `rawBytes.txt` has what is sent and what comes back, a success
 * and a refusal of each, and everything around the bodies stands here.
 */
import assert from "node:assert/strict";
import { after, describe, it } from "node:test";
import { operations } from "../../src/shapes/codedeploy.ts";
import { rawRequest } from "../support/rawExchange.ts";
import { readTranscript, tell } from "../support/rawTranscript.ts";
import { startSignalbox } from "../support/signalbox.ts";

/** They are for servers, or end a wait of a blue/green deployment; the deployment of the transcript is Lambda's. */
const NEVER_FOR_LAMBDA = ["ContinueDeployment", "GetDeploymentInstance", "SkipWaitTimeForInstanceTermination"];
const box = await startSignalbox({ after });
const transcript = readTranscript();

describe("the transcript", () => {
  it("has every operation of the model and no other", () => {
    const transcribed = new Set(transcript.map(({ operation }) => operation));
    assert.deepEqual([...transcribed].sort(), Object.keys(operations).sort());
    assert.equal(transcribed.size, 47);
  });

  it("has a success and a refusal of each, but where there is no success for Lambda", () => {
    const having = (wanted: number) =>
      new Set(transcript.flatMap(({ operation, status }) => (status === wanted ? [operation] : [])));
    const all = Object.keys(operations);
    const [answering, refusing] = [having(200), having(400)];
    assert.deepEqual(
      all.filter((operation) => !answering.has(operation)),
      NEVER_FOR_LAMBDA,
    );
    assert.deepEqual(
      all.filter((operation) => !refusing.has(operation)),
      [],
    );
  });

  it("is sent as these bytes", () => {
    const expected = [
      "POST / HTTP/1.1",
      "host: codedeploy.eu-west-1.amazonaws.com",
      "x-amz-target: CodeDeploy_20141006.GetApplication",
      "content-type: application/x-amz-json-1.1",
      "authorization: AWS4-HMAC-SHA256 Credential=123456789012/20260101/eu-west-1/codedeploy/aws4_request, SignedHeaders=host;x-amz-date, Signature=0",
      // An é takes two bytes.
      "content-length: 24",
      "connection: close",
      "",
      '{"applicationName":"é"}',
    ];
    const bytes = rawRequest("GetApplication", '{"applicationName":"é"}');
    assert.equal(bytes.toString("utf8"), expected.join("\r\n"));
  });
});

describe("as bytes, in the order of the transcript", () => {
  const story = tell(box);
  const requestIds = new Set<string>();
  for (const { operation, sent, status, answered } of transcript) {
    it(`${operation} of ${sent.slice(0, 100)} answers ${status}`, async () => {
      const { value: told } = await story.next();
      assert.ok(told);
      assert.equal(told.transcribed, answered);
      assert.equal(written(told.answer.head), expectedHead(status, answered, told.answer.body));
      requestIds.add(told.answer.requestId);
    });
  }

  it("gives every request an id of its own", () => assert.equal(requestIds.size, transcript.length));
});

/** The whole head of an answer, line for line. */
function expectedHead(status: number, answered: string, body: string): string {
  const [, error] = /^\{"__type":"(\w+)"/.exec(answered) ?? [];
  return [
    status === 200 ? "HTTP/1.1 200 OK" : "HTTP/1.1 400 Bad Request",
    "content-type: application/x-amz-json-1.1",
    ...(error ? [`x-amzn-errortype: ${error}`] : []),
    "x-amzn-requestid: <uuid>",
    `content-length: ${Buffer.byteLength(body)}`,
    "Date: <date>",
    "Connection: close",
  ].join("\r\n");
}

/** A head as it is written in this test: with names for what differs each time. */
function written(head: string): string {
  return head
    .replace(/[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}/, "<uuid>")
    .replace(/[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT/, "<date>");
}
