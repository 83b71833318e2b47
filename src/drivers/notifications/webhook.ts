/**
 * Posts CloudEvents, signed: `x-signalbox-signature: t=<seconds since the epoch>,v1=<hex>`, where the hex is the
 * HMAC-SHA256 of `<t>.<body>` under the installation's secret. A receiver checks it, and that t is recent.
 */
import { createHmac } from "node:crypto";
import { wallClock } from "../../clock.ts";
import { type OutgoingHttp, OutgoingRefusedError } from "../../protocol/outgoingHttp.ts";
import { EffectError } from "../driver.ts";
import type { NotificationDriver } from "../notificationDriver.ts";

const TIMEOUT_MS = 10_000;
/** Answers that the same body will get again. Others, a 404 of a receiver that is being deployed among them, may pass. */
const LASTING = new Set([400, 410, 413, 415, 422]);

export function webhookDriver(outgoing: OutgoingHttp, secret: string): NotificationDriver {
  return async ({ receiver, body }, signal) => {
    // A receiver compares with its own clock, so the time is that of the process, not that of the deployments.
    const at = Math.floor(wallClock.now() / 1000);
    const signature = createHmac("sha256", secret).update(`${at}.${body}`).digest("hex");
    const headers = {
      "content-type": "application/cloudevents+json",
      "x-signalbox-signature": `t=${at},v1=${signature}`,
    };
    const request = { method: "POST", url: receiver, headers, body, timeoutMs: TIMEOUT_MS, signal } as const;
    const { status } = await outgoing.send(request).catch((error: unknown) => {
      throw problemOf(error, receiver);
    });
    if (status >= 200 && status < 300) return;
    const lasts = LASTING.has(status) || (status >= 300 && status < 400);
    const told = `POST ${receiver} was answered with ${status}`;
    throw new EffectError(lasts ? "invalid" : "unavailable", told, !lasts);
  };
}

function problemOf(error: unknown, receiver: string): EffectError {
  if (error instanceof OutgoingRefusedError) return new EffectError("accessDenied", error.message, false);
  const { message, code } = error as NodeJS.ErrnoException;
  return new EffectError("unavailable", `POST ${receiver} failed: ${message || code}`, true);
}
