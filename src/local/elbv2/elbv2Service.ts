/** The embedded Elastic Load Balancing: the control API over documents, and listeners on this machine that really answer. */
import type { Clock } from "../../clock.ts";
import type { Ids } from "../../ids.ts";
import {
  awsQueryHandler,
  QueryError,
  type QueryMembers,
  queryVersion,
  type XmlMembers,
} from "../../protocol/awsQuery.ts";
import type { HttpRequest, HttpResponse } from "../../protocol/http.ts";
import { faultText } from "../../protocol/protocolError.ts";
import { readByShape, writeByShape } from "../../protocol/queryShapes.ts";
import { brokenConstraints, type ConstrainedShape, validationMessage } from "../../protocol/shapeConstraints.ts";
import * as model from "../../shapes/elbv2.ts";
import type { Documents } from "../documents.ts";
import { balancerStore } from "./balancerStore.ts";
import { certificatesIn } from "./certificates.ts";
import { DataPlane } from "./dataPlane/dataPlane.ts";
import type { HostCounts } from "./dataPlane/hostCounter.ts";
import type { RequestFigures } from "./dataPlane/requestFigures.ts";
import { invalid, notBuilt } from "./elbError.ts";
import type { Control, Operation } from "./operation.ts";
import { operations } from "./operations.ts";
import { type TargetGroups, targetGroupsFor } from "./targetGroupsPort.ts";

export interface Elbv2ServiceOptions {
  /** Load balancers, target groups, listeners and rules, durable on return. */
  documents: Documents;
  clock: Clock;
  ids: Ids;
  /** The address on which listeners listen. */
  host: string;
  /** Where certificates of HTTPS and TLS listeners are. */
  certificateDirectory: string;
  /** Whether weighted target groups get exact shares in turn, or shares by chance. */
  split: "exact" | "random";
  log: (line: string) => void;
  /** Told of requests that have been answered, several at a time. */
  onFigures: (figures: RequestFigures) => void;
  /** Told how many targets are healthy. */
  onHostCounts: (counts: HostCounts) => void;
}

export interface Elbv2Service {
  /** Whether the request is one of the API, or asks where listeners listen. */
  handles(request: HttpRequest): boolean;
  /** Answers the request. Never throws. */
  handle(request: HttpRequest): Promise<HttpResponse>;
  /** For whoever registers targets without a request. */
  targetGroups: TargetGroups;
  /** Tells at once what has been counted, for whoever reads the figures next. */
  tellFigures(): void;
  /** Opens the listeners of an earlier process. */
  resume(): void;
  /** Lets requests under way end for a moment, then cuts them off. */
  close(): Promise<void>;
}

const { apiVersion: VERSION } = model;
const NAMESPACE = `http://elasticloadbalancing.amazonaws.com/doc/${VERSION}/`;
/** A list of listeners and where they really listen, as JSON. */
const LISTENERS_PATH = "/_elbv2/listeners";

const shapes: Record<string, ConstrainedShape> = model.shapes;
const modelled: Record<string, { input?: string; output?: string; errors: readonly string[] }> = model.operations;
const built: Record<string, Operation<never>> = operations;

export function createElbv2Service(options: Elbv2ServiceOptions): Elbv2Service {
  const { documents, clock, ids, host, log } = options;
  const store = balancerStore(documents);
  const certificates = certificatesIn(options.certificateDirectory);
  const dataPlane = new DataPlane({ ...options, store, certificates });
  const control: Control = { store, dataPlane, certificates, clock, ids, host, log };
  const answerQuery = awsQueryHandler({
    namespace: NAMESPACE,
    version: VERSION,
    perform: ({ action, input }, { caller }) => {
      const { accountId, region } = caller;
      return perform(control, action, input, { accountId, region });
    },
    reportFault: (call, error) => log(`elbv2: ${call?.action ?? "a request"} failed: ${faultText(error)}`),
  });

  return {
    handles: (request) =>
      (request.path === "/" && (queryVersion(request) === VERSION || isSigned(request))) || isAddressRequest(request),
    handle: async (request) => (isAddressRequest(request) ? addresses(dataPlane.addresses()) : answerQuery(request)),
    targetGroups: targetGroupsFor(store, dataPlane),
    tellFigures: () => dataPlane.tellFigures(),
    resume() {
      dataPlane.resume().catch((error: unknown) => log(`elbv2: listeners could not be opened: ${String(error)}`));
    },
    close: () => dataPlane.close(),
  };
}

async function perform(
  control: Control,
  action: string,
  members: QueryMembers,
  scope: Parameters<Operation<never>>[1],
): Promise<XmlMembers> {
  const known = Object.hasOwn(modelled, action) ? modelled[action] : undefined;
  if (!known) throw new QueryError(400, "InvalidAction", `The action ${action} is not valid for this endpoint.`);
  const operation = Object.hasOwn(built, action) ? built[action] : undefined;
  if (!operation || !known.input || !known.output) throw notBuilt(`the operation ${action}`);
  const input = readByShape(shapes, known.input, members);
  const broken = brokenConstraints(shapes, known.input, input);
  if (broken.length > 0) throw invalid(validationMessage(broken));
  return writeByShape(shapes, known.output, await operation(control, scope, input as never)) as XmlMembers;
}

/** Signed for the service; the classic load balancers, which are not here, have the same name and another version. */
const isSigned = (request: HttpRequest): boolean =>
  request.caller.signedFor === "elasticloadbalancing" && queryVersion(request) === "";

const isAddressRequest = ({ method, path }: HttpRequest): boolean => method === "GET" && path === LISTENERS_PATH;

function addresses(listeners: object[]): HttpResponse {
  const body = `${JSON.stringify({ listeners }, null, 2)}\n`;
  return { status: 200, headers: { "content-type": "application/json" }, body };
}
