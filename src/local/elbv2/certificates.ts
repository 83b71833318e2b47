/** Certificates from files: `NAME.crt` and `NAME.key` in one folder, NAME being what follows the last slash of the ARN. */
import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createSecureContext, type SecureContext } from "node:tls";
import { elbError } from "./elbError.ts";

export interface LoadedCertificate {
  files: { cert: Buffer; key: Buffer };
  context: SecureContext;
  /** Whether it is for this name. */
  isFor(host: string): boolean;
}

export interface Certificates {
  /** Reads the files anew; throws CertificateNotFound, which says what is wrong with them. */
  load(arn: string): LoadedCertificate;
}

const NAME = /^arn:aws[a-z-]*:(?:acm|iam):[^:]*:[0-9]{12}:(?:server-)?certificate\/(?:.*\/)?([A-Za-z0-9_.-]+)$/;

export function certificatesIn(folder: string): Certificates {
  return {
    load(arn) {
      const name = NAME.exec(arn)?.[1];
      if (name === undefined) throw elbError("CertificateNotFound", `'${arn}' is not the ARN of a certificate`);
      const file = join(folder, name);
      try {
        const files = { cert: readFileSync(`${file}.crt`), key: readFileSync(`${file}.key`) };
        const context = createSecureContext(files);
        const parsed = new X509Certificate(files.cert);
        return { files, context, isFor: (host) => parsed.checkHost(host) !== undefined };
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        const message = `Certificate '${arn}' not found: signalbox reads ${file}.crt and ${file}.key. ${reason}`;
        throw elbError("CertificateNotFound", message);
      }
    },
  };
}
