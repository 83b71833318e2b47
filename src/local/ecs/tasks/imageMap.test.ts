import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { mappedImage, readImageMap } from "./imageMap.ts";

const web = { folder: "/shop/web", entryPoint: [], command: ["node", "server.mjs"], environment: { PORTS: "2" } };
const images = readImageMap(
  { "registry.example.com:5000/web": { folder: "../web", command: ["node", "server.mjs"], environment: { PORTS: 2 } } },
  "/shop/config",
);

describe("what stands for an image", () => {
  it("is found by its name, with a tag, a digest or neither", () => {
    for (const name of ["", ":v1", "@sha256:abc", ":v1@sha256:abc"]) {
      assert.deepEqual(mappedImage(images, `registry.example.com:5000/web${name}`), web, name);
    }
    assert.equal(mappedImage(images, "registry.example.com:5000/other"), undefined);
    assert.equal(mappedImage(images, "toString"), undefined);
  });

  it("may be a folder that the image itself names", () => {
    assert.equal(mappedImage(images, "file:///home/me/a%20b")?.folder, "/home/me/a b");
    assert.equal(mappedImage(images, "file://host/x"), undefined);
    assert.equal(mappedImage(images, "file:///a%2Fb"), undefined);
  });

  it("is read with a complaint about what is wrong", () => {
    const wrong: [unknown, RegExp][] = [
      [[], /^Error: The file must have members$/],
      [{ web: "x" }, /^Error: web must have members$/],
      [{ web: { comand: [] } }, /^Error: web has comand, which is not known$/],
      [{ web: { command: "node" } }, /^Error: web: command must be a list of texts$/],
      [{ web: { folder: 1 } }, /^Error: web: folder must be a text$/],
      [{ web: { environment: { PORTS: [8080] } } }, /^Error: web: PORTS must be a text$/],
    ];
    for (const [document, complaint] of wrong) assert.throws(() => readImageMap(document, "/"), complaint);
  });
});
