/** The embedded Amazon CloudWatch: metrics, alarms that are really evaluated, and their actions; JSON 1.0 and Query. */
import { gunzipSync } from "node:zlib";
import type { Clock, Instant } from "../../clock.ts";
import { awsQueryHandler, isForm, QueryError, queryVersion, type XmlMembers } from "../../protocol/awsQuery.ts";
import type { HttpRequest, HttpResponse, Scope } from "../../protocol/http.ts";
import { faultText, ProtocolError } from "../../protocol/protocolError.ts";
import { readByShape, writeByShape } from "../../protocol/queryShapes.ts";
import { shapeCodec } from "../../protocol/shapeCodec.ts";
import type { Documents } from "../documents.ts";
import { alarmActions, type Publish } from "./alarmActions.ts";
import { AlarmEvaluator } from "./alarmEvaluator.ts";
import { alarmStore } from "./alarmStore.ts";
import { CloudWatchError, notBuilt } from "./cloudWatchError.ts";
import { type Dimension, metricKey } from "./metric.ts";
import { FINEST_MS, MetricData } from "./metricData.ts";
import type { Parts } from "./operation.ts";
import { type BuiltOperation, NOT_BUILT, operations } from "./operations.ts";
import { keepData } from "./putMetricData.ts";
import { shapes } from "./shapes.ts";
import { emptySummary, merge, type Summary, summaryOf } from "./statistics.ts";

export interface CloudWatchServiceOptions {
  /** Alarms, their states and histories, durable on return. Metrics are kept in memory. */
  documents: Documents;
  clock: Clock;
  log: (line: string) => void;
  /** How alarms reach SNS topics; without it, their actions are only kept. */
  publish?: Publish | undefined;
}

/** One value of a metric, for publishers in this process. */
export interface PublishedValue {
  namespace: string;
  metricName: string;
  dimensions: Dimension[];
  value: number;
  unit: string;
  at: Instant;
}

/** Values of a metric, and how often each came. */
export interface PublishedValues extends Omit<PublishedValue, "value"> {
  values: ReadonlyMap<number, number>;
}

export interface CloudWatchService {
  /** Whether the request is one of the CloudWatch API. */
  handles(request: HttpRequest): boolean;
  /** Answers the request. Never throws. */
  handle(request: HttpRequest): Promise<HttpResponse>;
  /** Publishes one value, as PutMetricData does, in any namespace. */
  putMetric(scope: Scope, value: PublishedValue): void;
  /** The same of many values at once. */
  putValues(scope: Scope, values: PublishedValues): void;
  /** All data of a metric from `from` to before `to`, together, to ten seconds; for readers in this process. */
  read(scope: Scope, of: Omit<PublishedValue, "value" | "at">, from: Instant, to: Instant): Summary;
  /** Takes up the alarms of an earlier process. */
  resume(): void;
  /** No alarm is evaluated any more. */
  close(): void;
}

const TARGET = "GraniteServiceVersion20100801";
const VERSION = "2010-08-01";
const NAMESPACE = "http://monitoring.amazonaws.com/doc/2010-08-01/";
const CONTENT_TYPE = "application/x-amz-json-1.0";
/** Clients compress large PutMetricData requests. */
const MOST_UNZIPPED_BYTES = 16 * 2 ** 20;

export function createCloudWatchService(options: CloudWatchServiceOptions): CloudWatchService {
  const { documents, clock, log, publish } = options;
  const store = alarmStore(documents);
  const data = new MetricData();
  const actions = alarmActions({ store, clock, publish, log });
  const evaluator = new AlarmEvaluator({ store, data, clock, actions, log });
  const parts: Parts = { store, data, evaluator, actions, clock };
  const answerJson = jsonFront(parts, log);
  const answerQuery = awsQueryHandler({
    namespace: NAMESPACE,
    version: VERSION,
    perform: ({ action, input }, { caller }) => {
      try {
        const operation = findOperation(action);
        const output = perform(parts, operation, caller, readByShape(shapes, operation.input, input));
        if (operation.output === undefined) return undefined;
        return writeByShape(shapes, operation.output, output ?? {}) as XmlMembers;
      } catch (error) {
        if (error instanceof CloudWatchError) throw new QueryError(error.status, error.code, error.message);
        throw error;
      }
    },
    reportFault: (call, error) => log(`cloudwatch: ${call?.action ?? "a request"} failed: ${faultText(error)}`),
  });

  return {
    handles: (request) =>
      String(request.headers["x-amz-target"] ?? "").startsWith(`${TARGET}.`) ||
      request.caller.signedFor === "monitoring" ||
      (request.path === "/" && queryVersion(request) === VERSION),
    async handle(request) {
      const unzipped = unzip(request);
      if (!unzipped) return jsonError(new ProtocolError(400, "SerializationException", "The body is not valid gzip"));
      return isForm(unzipped) || unzipped.query.has("Action") ? answerQuery(unzipped) : answerJson(unzipped);
    },
    putMetric(scope, { namespace, metricName, dimensions, value, unit, at }) {
      keepData(parts, scope, { namespace, name: metricName, dimensions }, unit, at, summaryOf(value));
    },
    putValues(scope, { namespace, metricName, dimensions, values, unit, at }) {
      const summary = emptySummary();
      for (const [value, count] of values) merge(summary, summaryOf(value, count));
      keepData(parts, scope, { namespace, name: metricName, dimensions }, unit, at, summary);
    },
    read(scope, { namespace, metricName, dimensions, unit }, from, to) {
      const all = emptySummary();
      const key = metricKey(scope, { namespace, name: metricName, dimensions });
      const start = Math.floor(from / FINEST_MS) * FINEST_MS;
      for (const span of data.read(key, unit, start, to, FINEST_MS)) merge(all, span);
      return all;
    },
    resume: () => evaluator.resume(),
    close: () => evaluator.close(),
  };
}

function perform(parts: Parts, operation: BuiltOperation, { accountId, region }: Scope, input: unknown) {
  return operation.perform(parts, { accountId, region }, input as never);
}

function findOperation(name: string): BuiltOperation {
  const found = Object.hasOwn(operations, name) ? operations[name] : undefined;
  if (found) return found;
  if (NOT_BUILT.has(name)) throw notBuilt(name);
  throw new CloudWatchError("InvalidAction", `No operation is named ${name}`);
}

/** The request with its body as it was before it was compressed; `undefined` when that cannot be had. */
function unzip(request: HttpRequest): HttpRequest | undefined {
  if (request.headers["content-encoding"] !== "gzip") return request;
  try {
    return { ...request, body: gunzipSync(request.body, { maxOutputLength: MOST_UNZIPPED_BYTES }) };
  } catch {
    return undefined;
  }
}

function jsonFront(parts: Parts, log: (line: string) => void): (request: HttpRequest) => HttpResponse {
  const codec = shapeCodec(shapes);
  return (request) => {
    const target = String(request.headers["x-amz-target"] ?? "");
    try {
      if (request.path !== "/" || !target.startsWith(`${TARGET}.`)) {
        throw notBuilt(`A CloudWatch protocol other than AWS JSON 1.0 and Query (${request.method} ${request.path})`);
      }
      const operation = findOperation(target.slice(TARGET.length + 1));
      const input = codec.decode(operation.input, parseBody(request));
      const output = perform(parts, operation, request.caller, input) ?? {};
      const body = operation.output ? codec.encode(operation.output, output) : {};
      return { status: 200, headers: { "content-type": CONTENT_TYPE }, body: JSON.stringify(body) };
    } catch (error) {
      if (!(error instanceof CloudWatchError || error instanceof ProtocolError)) {
        log(`cloudwatch: ${target} failed: ${faultText(error)}`);
      }
      return jsonError(error);
    }
  };
}

function parseBody(request: HttpRequest): unknown {
  const sent = String(request.headers["content-type"] ?? "");
  if (!/^application\/x-amz-json-1\.[01]\s*(;|$)/i.test(sent)) {
    throw new ProtocolError(415, "UnsupportedMediaTypeException", `The content type must be ${CONTENT_TYPE}`);
  }
  try {
    return JSON.parse(request.body.toString("utf8"));
  } catch {
    throw new ProtocolError(400, "SerializationException", "The body is not valid JSON");
  }
}

/** CloudWatch is compatible with Query: beside the shape's name goes the code that clients have always shown. */
function jsonError(error: unknown): HttpResponse {
  const [status, shape, code, message] =
    error instanceof CloudWatchError
      ? [error.status, error.shape, error.code, error.message]
      : error instanceof ProtocolError
        ? [error.status, error.code, error.code, error.message]
        : [500, "InternalServiceFault", "InternalServiceError", "The request failed because of a fault on our side."];
  return {
    status,
    headers: {
      "content-type": CONTENT_TYPE,
      "x-amzn-errortype": shape,
      "x-amzn-query-error": `${code};${status < 500 ? "Sender" : "Receiver"}`,
    },
    body: JSON.stringify({ __type: shape, message }),
  };
}
