/** `aws-chunked`: a body in pieces with their lengths, and headers that follow it. */
import { S3Error } from "./s3Error.ts";

export interface DecodedBody {
  body: Buffer;
  /** Headers that followed the body, by name in lower case. */
  trailers: Record<string, string>;
}

/** The body itself. `headers` are those of the request; a body that is not in pieces is answered as it is. */
export function decodeAwsChunked(body: Buffer, headers: Record<string, string>): DecodedBody {
  if (!headers["x-amz-content-sha256"]?.startsWith("STREAMING-")) return { body, trailers: {} };
  const pieces: Buffer[] = [];
  let position = 0;
  const line = () => {
    const end = body.indexOf("\r\n", position);
    if (end < 0) throw new S3Error("IncompleteBody");
    const text = body.toString("latin1", position, end);
    position = end + 2;
    return text;
  };
  for (;;) {
    // The length may be followed by a signature, which nobody verifies yet.
    const [, digits] = /^([0-9a-fA-F]{1,8})(?:;.*)?$/.exec(line()) ?? [];
    if (digits === undefined) throw new S3Error("IncompleteBody");
    const length = Number.parseInt(digits, 16);
    if (length === 0) break;
    if (position + length + 2 > body.length) throw new S3Error("IncompleteBody");
    pieces.push(body.subarray(position, position + length));
    position += length;
    if (line() !== "") throw new S3Error("IncompleteBody");
  }
  const trailers: Record<string, string> = {};
  while (position < body.length) {
    const text = line();
    const colon = text.indexOf(":");
    if (colon > 0) trailers[text.slice(0, colon).trim().toLowerCase()] = text.slice(colon + 1).trim();
  }
  return { body: complete(Buffer.concat(pieces), trailers, headers), trailers };
}

function complete(whole: Buffer, trailers: Record<string, string>, headers: Record<string, string>): Buffer {
  const length = headers["x-amz-decoded-content-length"];
  if (length !== undefined && Number(length) !== whole.length) throw new S3Error("IncompleteBody");
  const announced = headers["x-amz-trailer"]?.toLowerCase();
  if (announced !== undefined && trailers[announced] === undefined) {
    throw new S3Error("InvalidRequest", `The trailer ${announced} was announced and not sent`);
  }
  return whole;
}
