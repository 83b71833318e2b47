import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { afterEach, beforeEach, describe, it } from "node:test";
import { parseAlarmRules } from "./alarmRules.ts";
import { allUnreadable } from "./alarmSource.ts";
import { prometheusAlarms } from "./prometheusAlarms.ts";
import { ruledAlarms } from "./ruledAlarms.ts";

const NOW = Date.UTC(2026, 0, 5, 9, 0, 0, 500);
const END = Math.floor(NOW / 1000);
const scope = { accountId: "111122223333", region: "eu-west-1" };
const signal = new AbortController().signal;

/** A server that speaks Prometheus's HTTP API: each expression has the samples that it would have. */
describe("alarms that Prometheus judges", () => {
  let asked: { path: string; form: Record<string, string> }[];
  let answer: (form: Record<string, string>) => { status?: number; body: unknown };
  let url: string;
  const server = createServer(async (request, response) => {
    const form = Object.fromEntries(new URLSearchParams(await text(request)));
    asked.push({ path: request.url ?? "", form });
    const { status = 200, body } = answer(form);
    response.writeHead(status, { "content-type": "application/json" });
    if (body instanceof Readable) return void body.pipe(response.on("close", () => body.destroy()));
    response.end(typeof body === "string" ? body : JSON.stringify(body));
  });

  beforeEach(async () => {
    asked = [];
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterEach(() => new Promise<void>((resolve) => void server.close(() => resolve())));

  const result = (resultType: string, series: unknown[]) => ({
    body: { status: "success", data: { resultType, result: series } },
  });
  const samples = (count: number) => ({
    metric: { pod: "a" },
    values: Array.from({ length: count }, (_, index) => [END - 30 + 3 * index, "1"]),
  });
  const judge = (forTime: string, names = ["errors"]) => {
    const rules = parseAlarmRules(
      `prometheus: ${url}/\nalarms:\n  - {name: errors, expr: 'rate(errors[1m]) > 0.05', for: ${forTime}}\n`,
      "rules.yaml",
    );
    return prometheusAlarms(rules, () => NOW).look(scope, names, signal);
  };

  it("are red while the expression gives a result", async () => {
    answer = () => result("vector", [{ metric: {}, value: [END, "0.2"] }]);
    assert.deepEqual(await judge("0s"), { states: { errors: "ALARM" }, problems: {} });
    assert.deepEqual(asked, [{ path: "/api/v1/query", form: { query: "rate(errors[1m]) > 0.05", time: String(END) } }]);
    answer = () => result("vector", []);
    assert.deepEqual(await judge("0s"), { states: { errors: "OK" }, problems: {} });
  });

  it("are red when one series has given a result for the whole time, and not when there was a gap", async () => {
    answer = () => result("matrix", [samples(4), samples(11)]);
    assert.equal((await judge("30s")).states["errors"], "ALARM");
    const form = { query: "rate(errors[1m]) > 0.05", start: String(END - 30), end: String(END), step: "3" };
    assert.deepEqual(asked, [{ path: "/api/v1/query_range", form }]);
    answer = () => result("matrix", [samples(10), samples(9)]);
    assert.equal((await judge("30s")).states["errors"], "OK");
  });

  const problems: [name: string, answer: { status?: number; body: unknown }, passes: boolean, told: RegExp][] = [
    [
      "an expression that is wrong",
      { status: 400, body: { status: "error", errorType: "bad_data", error: "parse error" } },
      false,
      /alarm errors: bad_data: parse error/,
    ],
    ["an expression that is no condition", result("scalar", []), false, /the result is a scalar/],
    ["a Prometheus that is starting", { status: 503, body: "Service Unavailable" }, true, /HTTP 503 without JSON/],
    ["something that is no Prometheus", { body: "<html>" }, false, /HTTP 200 without JSON/],
  ];
  for (const [name, given, passes, told] of problems) {
    it(`cannot be read: ${name}`, async () => {
      answer = () => given;
      const { states, problems: found } = await judge("0s");
      assert.deepEqual([states, found["errors"]?.passes], [{}, passes]);
      assert.match(found["errors"]?.message ?? "", told);
    });
  }

  it("cannot be read from an answer without end, and most of it is never read", async () => {
    let sent = 0;
    const endless = function* () {
      for (const chunk = " ".repeat(2 ** 16); sent < 2 ** 28; sent += chunk.length) yield chunk;
    };
    const body = Readable.from(endless());
    answer = () => ({ body });
    const { problems: found } = await judge("0s");
    assert.deepEqual([found["errors"]?.kind, found["errors"]?.passes], ["invalid", false]);
    assert.match(found["errors"]?.message ?? "", /the answer is too long for an alarm's/);
    if (!body.closed) await once(body, "close");
    assert.ok(sent < 2 ** 26, `${sent} bytes were sent`);
  });

  it("cannot be read while nobody answers, which may pass", async () => {
    const rules = parseAlarmRules("prometheus: http://127.0.0.1:1\nalarms: [{name: errors, expr: up}]\n", "rules.yaml");
    const { problems: found } = await prometheusAlarms(rules, () => NOW).look(scope, ["errors"], signal);
    assert.deepEqual([found["errors"]?.kind, found["errors"]?.passes], ["unavailable", true]);
  });

  it("are told from alarms of CloudWatch by their names", async () => {
    answer = () => result("vector", [{ metric: {}, value: [END, "1"] }]);
    const rules = parseAlarmRules(`prometheus: ${url}\nalarms: [{name: errors, expr: up}]\n`, "rules.yaml");
    const denied = { kind: "accessDenied", message: "no", passes: false } as const;
    const cloudWatch = { look: async (_: unknown, names: readonly string[]) => allUnreadable(names, denied) };
    const source = ruledAlarms(
      rules,
      prometheusAlarms(rules, () => NOW),
      cloudWatch,
    );
    const sight = await source.look(scope, ["errors", "latency"], signal);
    assert.deepEqual(sight, { states: { errors: "ALARM" }, problems: { latency: denied } });
  });
});

describe("a file of alarm rules", () => {
  const wrong: [text: string, told: RegExp][] = [
    ["prometheus: [", /rules\.yaml is no YAML: .* at line 1, column /],
    ["alarms: []", /must name an http or https URL as prometheus/],
    ["prometheus: ftp://p", /must name an http or https URL/],
    ["prometheus: http://p", /must list alarms/],
    ["prometheus: http://p\nalarms: [{expr: up}]", /alarm 1 needs a name/],
    ["prometheus: http://p\nalarms: [{name: a}]", /alarm 1 \(a\) needs an expr/],
    ["prometheus: http://p\nalarms: [{name: a, expr: up, for: soon}]", /is for soon; it must be a time up to 24h/],
    ["prometheus: http://p\nalarms: [{name: a, expr: up, for: 25h}]", /is for 25h/],
    ["prometheus: http://p\nalarms: [{name: a, expr: up, labels: {}}]", /unknown member: labels/],
    ["prometheus: http://p\nalarms: [{name: a, expr: up}, {name: a, expr: down}]", /names the alarm a twice/],
  ];
  for (const [text, told] of wrong) {
    it(`is refused: ${JSON.stringify(text).slice(0, 70)}`, () => {
      assert.throws(() => parseAlarmRules(text, "rules.yaml"), told);
    });
  }
});
