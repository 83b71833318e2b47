/** Forms in, XML out, and what is refused on the way. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  awsQueryHandler,
  isNumber,
  QueryError,
  queryAnswer,
  queryBoolean,
  queryErrorAnswer,
  queryMembers,
  queryStructures,
  queryTexts,
  queryVersion,
  readQuery,
  type XmlMembers,
} from "./awsQuery.ts";
import type { HttpRequest } from "./http.ts";

const NAMESPACE = "http://shop.example.com/doc/2020-01-01/";

function form(body: string, headers: HttpRequest["headers"] = {}): HttpRequest {
  const caller = {
    accountId: "123456789012",
    region: "eu-west-1",
    accessKeyId: null,
    signedFor: null,
    sourceAddress: "127.0.0.1",
  };
  return {
    method: "POST",
    path: "/",
    query: new URLSearchParams(),
    headers: { "content-type": "application/x-www-form-urlencoded; charset=utf-8", ...headers },
    body: Buffer.from(body),
    caller,
    requestId: "r-1",
  };
}

const input = (body: string) => readQuery(form(`Action=Sell&Version=2020-01-01&${body}`)).input;
/** Compares without regard to prototypes, which the result does not have. */
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

describe("a Query request", () => {
  it("names its action and version", () => {
    const { action, version, input: members } = readQuery(form("Action=Sell&Version=2020-01-01&Name=a%26b+c"));
    assert.deepEqual([action, version, plain(members)], ["Sell", "2020-01-01", { Name: "a&b c" }]);
  });

  const shapes: [form: string, expected: unknown][] = [
    ["Names.member.1=a&Names.member.2=b", { Names: ["a", "b"] }],
    ["Names.member.10=k&Names.member.9=j&Names.member.1=a", { Names: ["a", "j", "k"] }],
    [
      "Tags.member.1.Key=k&Tags.member.1.Value=v&Tags.member.2.Key=l",
      { Tags: [{ Key: "k", Value: "v" }, { Key: "l" }] },
    ],
    ["Map.entry.1.key=k&Map.entry.1.value=v&Map.entry.2.key=e", { Map: { k: "v", e: "" } }],
    [
      "Map.entry.1.Name=k&Map.entry.1.Value.DataType=String&Map.entry.1.Value.StringValue=v",
      { Map: { k: { DataType: "String", StringValue: "v" } } },
    ],
    ["A.member.1.Forward.Groups.member.1.Weight=3", { A: [{ Forward: { Groups: [{ Weight: "3" }] } }] }],
    ["Config.member=not-a-list", { Config: { member: "not-a-list" } }],
    ["Names=", { Names: "" }],
  ];
  for (const [body, expected] of shapes) it(`reads ${body}`, () => assert.deepEqual(plain(input(body)), expected));

  it("reads the query of a GET", () => {
    const query = new URLSearchParams("Action=Confirm&Token=t");
    assert.equal(readQuery({ ...form(""), method: "GET", query }).input["Token"], "t");
  });

  it("may have members of any name, and touches no prototype", () => {
    const members = input("__proto__.polluted=1&constructor=c&M.entry.1.key=__proto__&M.entry.1.value=v");
    assert.equal(({} as Record<string, unknown>)["polluted"], undefined);
    assert.deepEqual(Object.keys(members), ["__proto__", "constructor", "M"]);
    assert.equal(Object.keys(queryMembers(members, "M") ?? {})[0], "__proto__");
  });

  const refused: [body: string, code: string][] = [
    ["", "MissingAction"],
    ["Action=", "MissingAction"],
    ["Action=Sell&A.member.0=x", "MalformedQueryString"],
    ["Action=Sell&A.member.100001=x", "MalformedQueryString"],
    ["Action=Sell&A.member.1e3=x", "MalformedQueryString"],
    ["Action=Sell&A=1&A=2", "MalformedQueryString"],
    ["Action=Sell&A=1&A.B=2", "MalformedQueryString"],
    ["Action=Sell&A.B=1&A=2", "MalformedQueryString"],
    ["Action=Sell&A..B=1", "MalformedQueryString"],
    ["Action=Sell&=1", "MalformedQueryString"],
    ["Action=Sell&M.entry.1.value=1", "MalformedQueryString"],
    ["Action=Sell&M.entry.1.key=a&M.entry.2.key=a", "MalformedQueryString"],
    [`Action=Sell&${"A.".repeat(20)}A=1`, "MalformedQueryString"],
    [`Action=Sell&${Array.from({ length: 50_001 }, (_, index) => `A${index}=`).join("&")}`, "MalformedQueryString"],
  ];
  for (const [body, code] of refused) {
    it(`is refused as ${body.slice(0, 50)}`, () => assert.throws(() => readQuery(form(body)), { code, status: 400 }));
  }

  it("knows numbers from other texts", () => {
    for (const text of ["0", "-1", "+1.", ".5", "1.5e3", "1E-3"]) assert.ok(isNumber(text), text);
    for (const text of ["", ".", "True", "0x10", "1 ", "Infinity", "1e", "1,5"]) assert.ok(!isNumber(text), text);
  });

  it("gives typed members", () => {
    const members = input("N=1.5e3&B=True&L.member.1=a&S.member.1.K=v&E=");
    assert.equal(queryBoolean(members, "B"), true);
    assert.deepEqual(queryTexts(members, "L"), ["a"]);
    assert.deepEqual(queryTexts(members, "E"), []);
    assert.deepEqual(plain(queryStructures(members, "S")), [{ K: "v" }]);
    const wrong = { code: "MalformedInput" };
    assert.throws(() => queryBoolean(members, "N"), wrong);
    assert.throws(() => queryTexts(members, "N"), wrong);
    assert.throws(() => queryTexts(members, "S"), wrong);
    assert.throws(() => queryStructures(members, "L"), wrong);
    assert.throws(() => queryMembers(members, "L"), wrong);
  });

  it("tells its version before it is read", () => {
    assert.equal(queryVersion(form("Action=Sell&Version=2020-01-01")), "2020-01-01");
    assert.equal(queryVersion(form("Action=Sell&Subject=Version=2020-01-01")), "");
    assert.equal(queryVersion(form("Version=2020-01-01", { "content-type": "application/json" })), "");
  });
});

describe("a Query answer", () => {
  const answer = (result?: XmlMembers) => String(queryAnswer(NAMESPACE, "Sell", result, "r-1").body);
  const result = (members: XmlMembers) => /<SellResult>(.*)<\/SellResult>/s.exec(answer(members))?.[1];

  it("wraps the result and the request id", () => {
    assert.equal(
      answer({ Name: "a" }),
      `<SellResponse xmlns="${NAMESPACE}"><SellResult><Name>a</Name></SellResult><ResponseMetadata><RequestId>r-1</RequestId></ResponseMetadata></SellResponse>`,
    );
    assert.doesNotMatch(answer(), /SellResult/);
  });

  const values: [XmlMembers, string][] = [
    [{ Names: ["a", "b"] }, "<Names><member>a</member><member>b</member></Names>"],
    [{ Names: [] }, "<Names/>"],
    [{ Map: new Map([["k", "v"]]) }, "<Map><entry><key>k</key><value>v</value></entry></Map>"],
    [
      { At: new Date(0), On: false, Count: 0, Gone: undefined },
      "<At>1970-01-01T00:00:00.000Z</At><On>false</On><Count>0</Count>",
    ],
    [{ Text: `<a href="b">&'\r\n` }, "<Text>&lt;a href=&quot;b&quot;&gt;&amp;'&#xD;\n</Text>"],
    [{ Text: "\u0000\u000b\ud800 \ufffe😀" }, "<Text>\ufffd\ufffd\ufffd \ufffd😀</Text>"],
    [{ Inner: { Deep: { A: "1" } } }, "<Inner><Deep><A>1</A></Deep></Inner>"],
  ];
  for (const [members, expected] of values) it(`writes ${expected}`, () => assert.equal(result(members), expected));

  it("tells whose fault an error is", () => {
    const { status, headers, body } = queryErrorAnswer(NAMESPACE, new QueryError(404, "NotFound", "no <shop>"), "r-1");
    assert.equal(status, 404);
    assert.equal(headers["content-type"], "text/xml");
    assert.equal(
      body,
      `<ErrorResponse xmlns="${NAMESPACE}"><Error><Type>Sender</Type><Code>NotFound</Code><Message>no &lt;shop&gt;</Message></Error><RequestId>r-1</RequestId></ErrorResponse>`,
    );
    assert.match(String(queryErrorAnswer(NAMESPACE, new QueryError(501, "X", ""), "r").body), /<Type>Receiver/);
  });

  it("comes from a handler that never throws", async () => {
    const faults: unknown[] = [];
    const handle = awsQueryHandler({
      namespace: NAMESPACE,
      version: "2020-01-01",
      perform({ action }) {
        if (action === "Break") throw new Error("secret");
        if (action === "Refuse") throw new QueryError(400, "Refused", "no");
        return { Action: action };
      },
      reportFault: (_call, error) => faults.push(error),
    });
    const status = async (body: string) => (await handle(form(body))).status;
    assert.equal(await status("Action=Sell&Version=2020-01-01"), 200);
    assert.equal(await status("Action=Sell&Version=1999-01-01"), 400);
    assert.equal(await status("Action=Refuse"), 400);
    assert.equal(await status("nothing"), 400);
    assert.equal(faults.length, 0);
    const broken = await handle(form("Action=Break"));
    assert.equal(broken.status, 500);
    assert.doesNotMatch(String(broken.body), /secret/);
    assert.equal(faults.length, 1);
  });
});
