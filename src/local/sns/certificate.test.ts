/** The certificate, as Node's own reader sees it. */
import assert from "node:assert/strict";
import { createHash, createPublicKey, generateKeyPairSync, sign, verify, X509Certificate } from "node:crypto";
import { describe, it } from "node:test";
import { selfSignedCertificate } from "./certificate.ts";

const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
const START = Date.UTC(2026, 0, 2, 3, 4, 5);
const made = (serial: Buffer, commonName = "signalbox") =>
  new X509Certificate(selfSignedCertificate({ privateKey, commonName, serial, notBefore: START }));

describe("a self-signed certificate", () => {
  it("can be read, and is signed with its own key", () => {
    const certificate = made(Buffer.from("0102030405", "hex"));
    assert.equal(certificate.verify(certificate.publicKey), true);
    assert.equal(
      certificate.verify(createPublicKey(generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey)),
      false,
    );
    assert.equal(certificate.checkIssued(certificate), true);
    assert.equal(certificate.subject, "CN=signalbox");
    assert.equal(certificate.issuer, "CN=signalbox");
    assert.equal(certificate.ca, false);
    assert.equal(certificate.serialNumber, "0102030405");
    assert.equal(certificate.validFromDate.getTime(), START);
    assert.equal(certificate.validToDate.getTime(), Date.UTC(9999, 11, 31, 23, 59, 59));
  });

  it("holds the public half of the key", () => {
    const { publicKey } = made(Buffer.of(7));
    const text = Buffer.from("signed");
    assert.ok(verify("sha256", text, publicKey, sign("sha256", text, privateKey)));
  });

  const serials: [bytes: string, read: string][] = [
    ["00", "01"],
    ["7f", "7F"],
    ["80", "80"],
    ["0000ff", "FF"],
    ["ff".repeat(20), "FF".repeat(20)],
  ];
  for (const [bytes, read] of serials) {
    it(`has the serial number ${bytes}`, () => {
      const certificate = made(Buffer.from(bytes, "hex"));
      assert.equal(certificate.serialNumber, read);
      assert.ok(certificate.verify(certificate.publicKey));
    });
  }

  for (const notBefore of [Date.UTC(2049, 11, 31, 23, 59, 59), Date.UTC(2050, 0, 1)]) {
    it(`begins at ${new Date(notBefore).toISOString()}`, () => {
      const text = selfSignedCertificate({ privateKey, commonName: "signalbox", serial: Buffer.of(1), notBefore });
      assert.equal(new X509Certificate(text).validFromDate.getTime(), notBefore);
    });
  }

  it("may have a name longer than one length byte can say", () => {
    const commonName = "ü".repeat(64);
    const certificate = made(Buffer.of(1), commonName);
    assert.ok(certificate.verify(certificate.publicKey));
    assert.match(
      certificate.fingerprint256,
      new RegExp(createHash("sha256").update(certificate.raw).digest("hex").slice(0, 2), "i"),
    );
  });
});
