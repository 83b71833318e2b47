/** The files in deploy/ fit together and to the program. Whether they run, only a container engine can tell. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { parse } from "yaml";
import { settingRows } from "../src/settingRows.ts";
import { environmentVariable, readSettings } from "../src/settings.ts";

const text = (name: string) => readFileSync(join(import.meta.dirname, "../deploy", name), "utf8");

interface Service {
  environment?: Record<string, string | number>;
  network_mode?: string;
  ports?: string[];
  secrets?: string[];
}

const source = text("compose.yaml");
const compose = parse(source, { merge: true }) as {
  services: Record<string, Service>;
  volumes: object;
  secrets: Record<string, { file: string }>;
};
const nodes = Object.entries(compose.services).filter(([name]) => name.startsWith("signalbox-"));

/** What compose makes of a value: variables by their defaults, those that must be set as `set`. */
const interpolated = (value: string | number) =>
  String(value).replace(/\$\{[A-Z_]+(?::-([^}]*)|:\?[^}]*)\}/g, (_, fallback?: string) => fallback ?? "set");

describe("deploy/", () => {
  it("runs three signalbox, each with settings that the program takes and a database that all share", () => {
    assert.equal(nodes.length, 3);
    const known = new Set(settingRows.map(({ flag }) => environmentVariable(flag)));
    for (const [, { environment = {}, secrets, network_mode }] of nodes) {
      const ours = Object.keys(environment).filter((name) => name.startsWith("SIGNALBOX_"));
      assert.deepEqual(
        ours.filter((name) => !known.has(name)),
        [],
      );
      const values = Object.entries(environment).map(([name, value]) => [name, interpolated(value)]);
      const settings = readSettings({}, Object.fromEntries(values));
      assert.equal(settings.database?.url, "postgres://signalbox:set@postgres/signalbox");
      assert.equal(settings.endpoints.lambda.kind, "aws");
      assert.deepEqual(secrets, [settings.secretsKeyFile?.split("/").at(-1)]);
      assert.equal(network_mode, "service:balancer");
    }
  });

  it("has them all behind the balancer, whose port is open to the machine alone", () => {
    const ports = nodes.map(([name, { environment }]) => `server ${name} 127.0.0.1:${environment?.["SIGNALBOX_PORT"]}`);
    assert.deepEqual(text("haproxy.cfg").match(/server signalbox-.*/g), ports);
    assert.deepEqual(compose.services["balancer"]?.ports, ["127.0.0.1:4566:4566"]);
  });

  it("explains every variable and file that must be given", () => {
    const required = [...source.matchAll(/\$\{([A-Z_]+):\?/g)].map(([, name]) => String(name));
    const files = Object.values(compose.secrets).map(({ file }) => file.replace("./", ""));
    for (const name of [...required, ...files]) assert.ok(text("README.md").includes(name), `${name} is explained`);
  });
});
