/** Requests to addresses that users name: which are refused, and what comes back of the others. */
import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import type { LookupAddress, lookup as systemLookup } from "node:dns";
import { createServer, type RequestListener } from "node:http";
import { createServer as createSecureServer } from "node:https";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { after, describe, it } from "node:test";
import { waitFor } from "../../test/support/waitFor.ts";
import { selfSignedCertificate } from "../local/sns/certificate.ts";
import { type AllowedHost, OutgoingRefusedError, outgoingHttp, whyRefused } from "./outgoingHttp.ts";

/** The bodies that `/echo` was sent, and whether the connection of `/endless` has ended. */
const echoed: string[] = [];
let isCut = false;
const answers: Record<string, RequestListener> = {
  "/echo": async (incoming, outgoing) => {
    echoed.push(await text(incoming));
    outgoing.end(echoed.at(-1));
  },
  "/redirect": (_, outgoing) => outgoing.writeHead(302, { location: "/echo" }).end(),
  "/endless": (_, outgoing) => {
    const more = () => void outgoing.write(Buffer.alloc(65_536, "x"), (error) => (error ? null : more()));
    outgoing.on("close", () => {
      isCut = true;
    });
    more();
  },
  "/silent": () => {},
  "/half": (_, outgoing) => void outgoing.writeHead(200, { "content-length": "10" }).write("half"),
};
const server = createServer((incoming, outgoing) => answers[incoming.url ?? ""]?.(incoming, outgoing));
await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
after(() => {
  server.closeAllConnections();
  server.close();
});
const { port } = server.address() as AddressInfo;

/** A name service that knows only what it is told. */
const names = (known: Record<string, string[]>, asked: string[] = [], answered = () => {}): typeof systemLookup =>
  // biome-ignore lint/suspicious/noExplicitAny: the overloads of node:dns
  ((host: string, _options: unknown, callback: any) => {
    asked.push(host);
    const found: LookupAddress[] = (known[host] ?? []).map((address) => ({
      address,
      family: address.includes(":") ? 6 : 4,
    }));
    answered();
    callback(null, found);
    // biome-ignore lint/suspicious/noExplicitAny: the overloads of node:dns
  }) as any;

const get = (url: string, allowed: AllowedHost[] = [], lookup?: typeof systemLookup) =>
  outgoingHttp({ allowed, ...(lookup && { lookup }) }).send({ method: "GET", url, timeoutMs: 5000 });
const here: AllowedHost = { host: "127.0.0.1", port };

describe("an address that users name", () => {
  const refused = [
    "127.0.0.1",
    "127.255.255.254",
    "0.0.0.0",
    "0.1.2.3",
    "169.254.169.254",
    "169.254.0.1",
    "192.0.0.192",
    "100.100.100.200",
    "168.63.129.16",
    "224.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::7f00:1",
    "::ffff:127.0.0.1",
    "::ffff:7f00:1",
    "::ffff:169.254.169.254",
    "::ffff:0:0",
    "64:ff9b::a9fe:a9fe",
    "64:ff9b:1::a9fe:a9fe",
    "fe80::1",
    "fe80::1%eth0",
    "febf::1",
    "fec0::1",
    "ff02::1",
    "fd00:ec2::254",
    "fd20:ce::254",
    "2002:7f00:1::",
    "2001:0:1::",
    "100::1",
  ];
  for (const address of refused) it(`is refused: ${address}`, () => assert.notEqual(whyRefused(address), undefined));

  const open = [
    "10.0.0.1",
    "172.16.0.1",
    "192.168.1.1",
    "100.64.0.1",
    "8.8.8.8",
    "126.255.255.255",
    "128.0.0.1",
    "169.253.255.255",
    "::ffff:10.0.0.1",
    "64:ff9b::808:808",
    "2001:4860:4860::8888",
    "fd12:3456::1",
  ];
  for (const address of open) it(`is reached: ${address}`, () => assert.equal(whyRefused(address), undefined));

  const spellings = ["127.0.0.1", "127.1", "0x7f.0.0.1", "2130706433", "[::1]", "[::ffff:127.0.0.1]", "localhost"];
  for (const spelling of spellings) {
    it(`is refused in this spelling: ${spelling}`, async () => {
      await assert.rejects(get(`http://${spelling}:${port}/echo`), OutgoingRefusedError);
    });
  }

  it("is refused with the host, the address and the setting", async () => {
    await assert.rejects(get(`http://inside.example:${port}/`, [], names({ "inside.example": ["127.0.0.1"] })), {
      message: `Signalbox does not connect to inside.example (127.0.0.1), a loopback address; --allow-outgoing inside.example:${port} allows it`,
    });
    await assert.rejects(get(`http://[::1]:${port}/`), { message: /connect to ::1, .*--allow-outgoing \[::1\]:\d+ / });
  });

  it("can be asked for before anything is sent", async () => {
    const lookup = names({ "inside.example": ["::1"], "mixed.example": ["127.0.0.1", "192.0.2.1"] });
    const { check } = outgoingHttp({ allowed: [here], lookup });
    await assert.rejects(check("http://inside.example/"), OutgoingRefusedError);
    await assert.rejects(check("http://[fe80::1]/"), OutgoingRefusedError);
    for (const host of ["mixed.example", "unknown.example", `127.0.0.1:${port}`, "10.0.0.1"])
      await check(`http://${host}/`);
  });

  it("is reached when the setting names its host, on that port only", async () => {
    assert.equal((await get(`http://127.0.0.1:${port}/echo`, [here])).status, 200);
    assert.equal((await get(`http://127.0.0.1:${port}/echo`, [{ host: "127.0.0.1", port: undefined }])).status, 200);
    await assert.rejects(get(`http://127.0.0.1:${port}/echo`, [{ host: "127.0.0.1", port: 1 }]), OutgoingRefusedError);
    await assert.rejects(get(`http://localhost:${port}/echo`, [here]), OutgoingRefusedError);
    const lookup = names({ "inside.example": ["127.0.0.1"] });
    assert.equal(
      (await get(`http://Inside.example:${port}/echo`, [{ host: "inside.example", port }], lookup)).status,
      200,
    );
  });

  it("is looked up once: what is checked is what is connected to", async () => {
    const asked: string[] = [];
    const known = { "rebind.example": ["192.0.2.1"] };
    const lookup = names(known, asked, () => {
      known["rebind.example"] = ["127.0.0.1"];
    });
    const url = `http://rebind.example:${port}/echo`;
    const request = outgoingHttp({ allowed: [], lookup }).send({ method: "GET", url, timeoutMs: 200 });
    await assert.rejects(request, (error) => !(error instanceof OutgoingRefusedError));
    assert.deepEqual(asked, ["rebind.example"]);
  });

  it("is not reached through its other, refused addresses", async () => {
    const lookup = names({ "mixed.example": ["127.0.0.1", "192.0.2.1"] });
    const request = outgoingHttp({ allowed: [], lookup }).send({
      method: "GET",
      url: `http://mixed.example:${port}/echo`,
      timeoutMs: 200,
    });
    await assert.rejects(request, /ENETUNREACH|EHOSTUNREACH|ECONNREFUSED|did not answer within 200 ms/);
  });
});

describe("an outgoing request", () => {
  const { send } = outgoingHttp({ allowed: [here] });
  const to = (path: string) => `http://127.0.0.1:${port}${path}`;

  it("is sent with its body, and the answer is read", async () => {
    const { status } = await send({ method: "POST", url: to("/echo"), body: "héllo", timeoutMs: 5000 });
    assert.deepEqual([status, echoed.at(-1)], [200, "héllo"]);
  });

  it("follows no redirect", async () => {
    const { status, headers } = await get(to("/redirect"), [here]);
    assert.deepEqual([status, headers.location], [302, "/echo"]);
  });

  it("is answered by the head: a body that never ends is cut off, and changes nothing", async () => {
    assert.equal((await get(to("/endless"), [here])).status, 200);
    await waitFor("the far side is cut off", () => isCut);
  });

  it("is answered by the head: a body that does not come is not waited for", async () => {
    assert.equal((await send({ method: "GET", url: to("/half"), timeoutMs: 100 })).status, 200);
  });

  it("is given up when the answer does not come in time", async () => {
    const request = send({ method: "GET", url: to("/silent"), timeoutMs: 100 });
    await assert.rejects(request, { message: `127.0.0.1:${port} did not answer within 100 ms` });
  });

  it("ends when it is told to", async () => {
    const ending = new AbortController();
    const request = send({ method: "GET", url: to("/silent"), timeoutMs: 5000, signal: ending.signal });
    ending.abort();
    await assert.rejects(request, { name: "AbortError" });
  });

  it("trusts no certificate that nobody has vouched for", async (context) => {
    const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const cert = selfSignedCertificate({ privateKey, commonName: "127.0.0.1", serial: Buffer.of(1), notBefore: 0 });
    const key = privateKey.export({ type: "pkcs8", format: "pem" });
    const secure = createSecureServer({ cert, key }, (_, outgoing) => outgoing.end("reached"));
    await new Promise<void>((resolve) => secure.listen(0, "127.0.0.1", resolve));
    context.after(() => secure.close());
    const securePort = (secure.address() as AddressInfo).port;
    const asked = get(`https://127.0.0.1:${securePort}/`, [{ host: "127.0.0.1", port: securePort }]);
    await assert.rejects(asked, { code: "DEPTH_ZERO_SELF_SIGNED_CERT" });
    await assert.rejects(get(`https://127.0.0.1:${securePort}/`), OutgoingRefusedError);
  });

  it("goes by http or https only", async () => {
    await assert.rejects(get("file:///etc/passwd"), /file: is no protocol/);
    await assert.rejects(get("nonsense"), /Invalid URL/);
  });
});
