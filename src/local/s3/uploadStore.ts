/** Uploads in parts that have not been completed, as documents. */
import type { Instant } from "../../clock.ts";
import type { Documents } from "../documents.ts";

export interface Part {
  number: number;
  file: string;
  /** Bytes. */
  size: number;
  /** Without quotes. */
  eTag: string;
  lastModified: Instant;
  /** Base64 by header name, as they were verified; earlier programs kept none. */
  checksums?: Record<string, string>;
}

export interface Upload {
  uploadId: string;
  key: string;
  /** Those that the object will have. */
  headers: Record<string, string>;
  /** How the checksums of parts make that of the object; earlier programs did not keep it. */
  checksumType?: string;
  initiated: Instant;
  /** By their numbers. */
  parts: Part[];
}

const UPLOAD = "s3.upload";

export type UploadStore = ReturnType<typeof uploadStore>;

export function uploadStore(documents: Documents) {
  const under = (bucket: string, uploadId: string) => `${bucket}/${uploadId}`;
  return {
    find: (bucket: string, uploadId: string) => documents.get<Upload>(UPLOAD, under(bucket, uploadId)),
    put: (bucket: string, upload: Upload) => documents.put(UPLOAD, under(bucket, upload.uploadId), upload),
    /** Answers the files of its parts, which nothing refers to any more. */
    remove(bucket: string, uploadId: string): string[] {
      const found = documents.get<Upload>(UPLOAD, under(bucket, uploadId));
      documents.delete(UPLOAD, under(bucket, uploadId));
      return (found?.parts ?? []).map(({ file }) => file);
    },
    of: (bucket: string): Upload[] => documents.list<Upload>(UPLOAD, `${bucket}/`).map(({ value }) => value),
    filesInUse: (): string[] =>
      documents.list<Upload>(UPLOAD, "").flatMap(({ value }) => value.parts.map(({ file }) => file)),
  };
}
