/** The signalbox processes of a torture: each may die or stand still at any moment, and comes back at its address. */
import { setTimeout as pause } from "node:timers/promises";
import { CodeDeploy } from "@aws-sdk/client-codedeploy";
import { freePort } from "../support/freePort.ts";
import { type RealProgram, startProgram } from "../support/program.ts";

/** One of its own for each run: a PostgreSQL may be used again. */
export const ACCOUNT = String(Date.now()).slice(-12);
export const REGION = "eu-west-1";

/** Every client tries once: what became of each request must be known. */
export const clientSettings = (endpoint: string) => ({
  endpoint,
  region: REGION,
  credentials: { accessKeyId: ACCOUNT, secretAccessKey: "secret" },
  maxAttempts: 1,
  requestHandler: { httpAgent: { maxSockets: 1000 } },
});

const MOST_STARTS = 20;

export class TortureNode {
  readonly url: string;
  readonly codedeploy: CodeDeploy;
  readonly #flags: Record<string, string>;
  #program: RealProgram | null = null;
  #upSince: number | null = null;
  #upMs = 0;

  private constructor(port: number, flags: Record<string, string>) {
    this.url = `http://127.0.0.1:${port}`;
    this.#flags = { ...flags, port: String(port) };
    this.codedeploy = new CodeDeploy(clientSettings(this.url));
  }

  /** One that is up. The flags must name a data folder; the port is any free one, and stays. */
  static async start(flags: Record<string, string>): Promise<TortureNode> {
    const node = new TortureNode(await freePort(), flags);
    await node.comeUp();
    return node;
  }

  /** How long it was able to work, in all, in real milliseconds. */
  get upMs(): number {
    return this.#upMs + (this.#upSince === null ? 0 : performance.now() - this.#upSince);
  }

  /** Tries again for a while: one that finds its database away ends at once. */
  async comeUp(): Promise<void> {
    for (let attempt = 1; this.#program === null; attempt += 1) {
      const started = await startProgram(this.#flags).catch((error: Error) => error);
      if (!(started instanceof Error)) this.#program = started;
      else if (attempt === MOST_STARTS || !this.#flags["database-url"]) throw started;
      else await pause(500);
    }
    this.#upSince = performance.now();
  }

  async kill9(): Promise<void> {
    this.#rest();
    await this.#program?.kill9();
    this.#program = null;
  }

  standStill(): void {
    this.#rest();
    this.#program?.signal("SIGSTOP");
  }

  goOn(): void {
    this.#program?.signal("SIGCONT");
    this.#upSince = performance.now();
  }

  /** What the present process has said on stderr. */
  said(): string {
    return this.#program?.errors() ?? "";
  }

  #rest(): void {
    this.#upMs = this.upMs;
    this.#upSince = null;
  }
}
