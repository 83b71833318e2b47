/** The embedded Amazon SNS: topics and subscriptions over documents, messages delivered to HTTP endpoints and signed. */
import type { Clock } from "../../clock.ts";
import type { Ids } from "../../ids.ts";
import { awsQueryHandler, QueryError, queryVersion } from "../../protocol/awsQuery.ts";
import type { HttpRequest, HttpResponse, Scope } from "../../protocol/http.ts";
import type { OutgoingHttp } from "../../protocol/outgoingHttp.ts";
import { faultText } from "../../protocol/protocolError.ts";
import type { Documents } from "../documents.ts";
import { certificatePath, createDeliveries } from "./deliveries.ts";
import type { Control } from "./operation.ts";
import { NOT_BUILT, OPERATIONS } from "./operations.ts";
import { publishMessage } from "./publishOperation.ts";
import { type SigningKey, signingKey } from "./signingKey.ts";
import { topicStore } from "./topicStore.ts";

export interface SnsServiceOptions {
  /** Topics, subscriptions and what they are owed, durable on return. */
  documents: Documents;
  clock: Clock;
  ids: Ids;
  /** `http://HOST:PORT` of signalbox, known once it listens. Links in messages lead there. */
  endpoint: () => string;
  /** Where the key that messages are signed with is kept. */
  keyDirectory: string;
  outgoing: OutgoingHttp;
  log: (line: string) => void;
}

export interface SnsService {
  /** Whether the request is one of the SNS API, or follows a link of a message. */
  handles(request: HttpRequest): boolean;
  /** Answers the request. Never throws. */
  handle(request: HttpRequest): Promise<HttpResponse>;
  /** Publishes for another service of this process; rejects as Publish would be refused. Durable when it resolves. */
  publish(scope: Scope, topicArn: string, subject: string, message: string): Promise<void>;
  /** Takes up messages that an earlier process owed. To be called once `endpoint` is known. */
  resume(): void;
  /** Cuts off deliveries under way; they are owed still. */
  close(): Promise<void>;
}

const VERSION = "2010-03-31";
const NAMESPACE = `http://sns.amazonaws.com/doc/${VERSION}/`;
/** What the links in messages ask for. */
const LINK_ACTIONS = ["ConfirmSubscription", "Unsubscribe"];

export function createSnsService(options: SnsServiceOptions): SnsService {
  const { documents, clock, ids, outgoing, endpoint, log } = options;
  const store = topicStore(documents, clock.now);
  const key = signingKey(options.keyDirectory, ids);
  const deliveries = createDeliveries({ documents, store, clock, ids, outgoing, key, endpoint, log });
  const control: Control = { store, deliveries, outgoing, clock, ids };
  const handleQuery = awsQueryHandler({
    namespace: NAMESPACE,
    version: VERSION,
    perform({ action, input }, request) {
      const operation = Object.hasOwn(OPERATIONS, action) ? OPERATIONS[action] : undefined;
      if (operation) return operation(control, input, request);
      if (NOT_BUILT.includes(action)) {
        const message = `signalbox does not implement the SNS operation ${action}.`;
        throw new QueryError(501, "NotImplementedException", message);
      }
      throw new QueryError(400, "InvalidAction", `The action ${action} is not valid for this endpoint.`);
    },
    reportFault: (call, error) => log(`sns: ${call?.action ?? "a request"} failed: ${faultText(error)}`),
  });

  return {
    handles: (request) => isQuery(request) || isCertificate(request),
    handle: (request) => (isCertificate(request) ? certificate(request, key) : handleQuery(request)),
    async publish(scope, TopicArn, Subject, Message) {
      publishMessage(control, { TopicArn, Subject, Message }, { ...scope, accessKeyId: scope.accountId });
    },
    resume() {
      store.removeExpired();
      deliveries.resume();
    },
    close: () => deliveries.close(),
  };
}

/** Everything is asked for by POST, but links are followed by GET, and nothing else is: a picture's address is one, too. */
function isQuery(request: HttpRequest): boolean {
  const { method, path, query, caller } = request;
  if (path !== "/") return false;
  if (method === "POST") return caller.signedFor === "sns" || queryVersion(request) === VERSION;
  return method === "GET" && LINK_ACTIONS.includes(query.get("Action") ?? "");
}

const isCertificate = ({ method, path }: HttpRequest): boolean => method === "GET" && path.startsWith("/_sns/");

async function certificate({ path }: HttpRequest, key: () => Promise<SigningKey>): Promise<HttpResponse> {
  const known = await key();
  if (path !== certificatePath(known.name)) {
    return { status: 404, headers: { "content-type": "text/plain" }, body: "There is no such certificate.\n" };
  }
  return { status: 200, headers: { "content-type": "application/x-pem-file" }, body: known.certificate };
}
