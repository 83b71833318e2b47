/** One look at a target, as a load balancer's health check takes it. */
import { request as httpRequest } from "node:http";
import { request as httpsRequest } from "node:https";
import { connect } from "node:net";
import { wallClock } from "../../../clock.ts";
import { matcherOf } from "../healthCheckSettings.ts";
import type { HealthCheck } from "../resources.ts";

export type ProbeResult =
  | { passed: true }
  | {
      passed: false;
      reason: "Target.FailedHealthChecks" | "Target.Timeout" | "Target.ResponseCodeMismatch";
      says: string;
    };

/** Never rejects. Answers within the time-out of the check, which is real time: targets live in it. */
export function probe(check: HealthCheck, host: string, port: number): Promise<ProbeResult> {
  return new Promise((resolve) => {
    const end = (result: ProbeResult) => {
      release();
      cut();
      resolve(result);
    };
    const release = wallClock.after(check.timeoutSeconds * 1000, () =>
      end({ passed: false, reason: "Target.Timeout", says: "Request timed out" }),
    );
    const failed = () => end({ passed: false, reason: "Target.FailedHealthChecks", says: "Health checks failed" });
    const cut =
      check.protocol === "TCP"
        ? probeTcp(host, port, () => end({ passed: true }), failed)
        : probeHttp(check, host, port, end, failed);
  });
}

function probeTcp(host: string, port: number, connected: () => void, failed: () => void): () => void {
  const socket = connect({ host, port });
  socket.once("connect", connected);
  // It stays: what comes after the look is over must not end the process.
  socket.on("error", failed);
  return () => void socket.destroy();
}

function probeHttp(
  { protocol, path = "/", matcher = "200" }: HealthCheck,
  host: string,
  port: number,
  end: (result: ProbeResult) => void,
  failed: () => void,
): () => void {
  const headers = { host: `${host}:${port}`, "user-agent": "ELB-HealthChecker/2.0", connection: "close" };
  // A load balancer trusts its targets' certificates whoever signed them.
  const request = protocol === "HTTPS" ? httpsRequest : httpRequest;
  const sent = request({ host, port, path, headers, agent: false, rejectUnauthorized: false }, (response) => {
    const status = response.statusCode ?? 0;
    response.resume();
    const passes = matcherOf(matcher)?.(status) ?? false;
    const says = `Health checks failed with these codes: [${status}]`;
    end(passes ? { passed: true } : { passed: false, reason: "Target.ResponseCodeMismatch", says });
  });
  sent.on("error", failed);
  sent.end();
  return () => void sent.destroy();
}
