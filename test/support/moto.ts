/** moto_server, an implementation of AWS's APIs by others, where it is installed. */
import { spawn, spawnSync } from "node:child_process";
import { freePort } from "./freePort.ts";
import type { Owner } from "./signalbox.ts";
import { waitFor } from "./waitFor.ts";

/** Why tests with moto cannot run here, or `false`. */
export const whyNoMoto: string | false =
  spawnSync("moto_server", ["--help"]).status === 0 ? false : "moto_server is not installed";

/** Starts one that ends with its owner, and gives its URL. */
export async function startMoto(owner: Owner): Promise<string> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const server = spawn("moto_server", ["-H", "127.0.0.1", "-p", String(port)], { stdio: "ignore" });
  owner.after(async () => void server.kill("SIGKILL"));
  await waitFor("moto answers", () =>
    fetch(`${url}/moto-api/data.json`).then(
      ({ ok }) => ok,
      () => false,
    ),
  );
  return url;
}
