import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { fitsPattern, matcherOfRule, type RuledRequest } from "./ruleMatching.ts";

const request: RuledRequest = {
  method: "GET",
  path: "/img/cat.png",
  query: "size=Large&flag",
  headers: { host: "Shop.example.com:8080", "user-agent": "Mozilla/5.0", cookie: "a=1" },
  source: "127.0.0.1",
};
const fits = (...conditions: Parameters<typeof matcherOfRule>[0]) => matcherOfRule(conditions)(request);

describe("patterns", () => {
  it("have stars and question marks", () => {
    for (const [pattern, text, fit] of [
      ["/img/*", "/img/", true],
      ["/img/*", "/img", false],
      ["/a?c", "/abc", true],
      ["/a?c", "/ac", false],
      ["*.png", "/a/b.png", true],
      ["*a*b", "xaxaxb", true],
      ["", "", true],
      ["*", "", true],
      ["/A", "/a", false],
    ] as const) {
      assert.equal(fitsPattern(pattern, text), fit, `${pattern} and ${text}`);
    }
  });

  it("agree with regular expressions, and take no longer the worse they are", () => {
    const text = fc.string({ unit: fc.constantFrom("a", "b", "*", "?"), maxLength: 12 });
    const plain = fc.string({ unit: fc.constantFrom("a", "b"), maxLength: 20 });
    fc.assert(
      fc.property(text, plain, (pattern, value) => {
        const source = pattern.replaceAll("*", ".*").replaceAll("?", ".");
        assert.equal(fitsPattern(pattern, value), new RegExp(`^${source}$`).test(value));
      }),
    );
    assert.equal(fitsPattern(`${"*a".repeat(60)}b`, "a".repeat(10_000)), false);
  });
});

describe("a rule", () => {
  it("looks at path, host, headers, method, query and source", () => {
    assert.ok(fits({ Field: "path-pattern", Values: ["/css/*", "/img/*"] }));
    assert.ok(!fits({ Field: "path-pattern", Values: ["/img"] }));
    assert.ok(fits({ Field: "host-header", Values: ["*.EXAMPLE.com"] }));
    assert.ok(fits({ Field: "host-header", Values: ["shop.example.com:8080"] }));
    assert.ok(!fits({ Field: "host-header", Values: ["example.com"] }));
    assert.ok(
      fits({ Field: "http-header", HttpHeaderConfig: { HttpHeaderName: "User-Agent", Values: ["*mozilla*"] } }),
    );
    assert.ok(!fits({ Field: "http-header", HttpHeaderConfig: { HttpHeaderName: "X-Absent", Values: ["*"] } }));
    assert.ok(fits({ Field: "http-request-method", HttpRequestMethodConfig: { Values: ["POST", "GET"] } }));
    assert.ok(fits({ Field: "query-string", QueryStringConfig: { Values: [{ Key: "SIZE", Value: "l*" }] } }));
    assert.ok(fits({ Field: "query-string", QueryStringConfig: { Values: [{ Value: "large" }] } }));
    assert.ok(!fits({ Field: "query-string", QueryStringConfig: { Values: [{ Key: "size", Value: "small" }] } }));
    assert.ok(fits({ Field: "source-ip", SourceIpConfig: { Values: ["::1/128", "127.0.0.0/8"] } }));
    assert.ok(!fits({ Field: "source-ip", SourceIpConfig: { Values: ["10.0.0.0/8"] } }));
  });

  it("fits when all of its conditions do", () => {
    const path = { Field: "path-pattern", Values: ["/img/*"] };
    assert.ok(fits(path, { Field: "http-request-method", HttpRequestMethodConfig: { Values: ["GET"] } }));
    assert.ok(!fits(path, { Field: "http-request-method", HttpRequestMethodConfig: { Values: ["POST"] } }));
    assert.ok(fits(), "a default rule has none");
  });
});
