/** Errors of Elastic Load Balancing, by the codes of the service model. All of them are the caller's, with status 400. */
import { QueryError } from "../../protocol/awsQuery.ts";

export const elbError = (code: string, message: string): QueryError => new QueryError(400, code, message);

export const invalid = (message: string): QueryError => elbError("ValidationError", message);

/** What is not built says so, whether AWS has it or not. */
export const notBuilt = (what: string): QueryError =>
  new QueryError(501, "NotImplementedException", `signalbox does not support ${what}.`);
