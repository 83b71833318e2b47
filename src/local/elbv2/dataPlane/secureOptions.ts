/** TLS of a listener: the certificate that fits the name which a client asks for, else the default one. */
import type { SecureContext, Server, TlsOptions } from "node:tls";
import type { ListenerOptions } from "./listenerState.ts";

export function secureOptions({ state }: ListenerOptions): TlsOptions {
  return {
    minVersion: "TLSv1.2",
    SNICallback(name, answer: (error: Error | null, context?: SecureContext) => void) {
      const certificates = state()?.certificates ?? [];
      const fitting = certificates.find(({ isFor }) => isFor(name)) ?? certificates[0];
      if (fitting) answer(null, fitting.context);
      else answer(new Error("the listener has no certificate yet"));
    },
  };
}

/** Clients that name nobody get the default certificate. */
export function useCertificate(server: Pick<Server, "setSecureContext">, { state }: ListenerOptions): void {
  const [fallback] = state()?.certificates ?? [];
  if (fallback) server.setSecureContext({ ...fallback.files, minVersion: "TLSv1.2" });
}
