/**
 * Old SDKs know nothing of AWS_ENDPOINT_URL and would call the real AWS. Inside a function every request to an AWS host
 * goes to the endpoint instead: that of its service (AWS_ENDPOINT_URL_CODEDEPLOY) or the general one. Path, headers and
 * body stay as they are; the Host header keeps saying who was meant.
 */
"use strict";
const http = require("node:http");
const http2 = require("node:http2");
const https = require("node:https");
const { syncBuiltinESMExports } = require("node:module");

const AWS_HOST = /(^|\.)(amazonaws\.com(\.cn)?|api\.aws)$/i;
const plainRequest = http.request;
const secureRequest = https.request;

/** The endpoint that stands in for an AWS host, or undefined for any other host. */
function endpointFor(host) {
  if (typeof host !== "string" || !AWS_HOST.test(host)) return undefined;
  const service = host
    .split(".")[0]
    .toUpperCase()
    .replace(/[^A-Z0-9]/g, "_");
  const url = process.env[`AWS_ENDPOINT_URL_${service}`] || process.env.AWS_ENDPOINT_URL;
  if (!url) throw new Error(`No AWS_ENDPOINT_URL is set: the request to ${host} was not sent.`);
  return new URL(url);
}

/** The arguments of http.request in one form. */
function readArguments(input, options, callback) {
  if (typeof options === "function") return readArguments(input, undefined, options);
  if (typeof input !== "string" && !(input instanceof URL))
    return { options: { ...input }, callback: options ?? callback };
  const url = new URL(input);
  const fromUrl = {
    protocol: url.protocol,
    hostname: url.hostname.replace(/^\[|\]$/g, ""),
    path: url.pathname + url.search,
    ...(url.port ? { port: Number(url.port) } : {}),
    ...(url.username ? { auth: `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}` } : {}),
  };
  return { options: { ...fromUrl, ...options }, callback };
}

function reroute(original) {
  return function request(...given) {
    const { options, callback } = readArguments(...given);
    const host = options.hostname ?? String(options.host ?? "").replace(/:\d+$/, "");
    const endpoint = endpointFor(host);
    if (!endpoint) return original.apply(this, given);
    const secure = endpoint.protocol === "https:";
    const {
      agent: _agent,
      createConnection: _connection,
      socketPath: _socket,
      lookup: _lookup,
      servername: _name,
      ...rest
    } = options;
    const outgoing = (secure ? secureRequest : plainRequest)(
      {
        ...rest,
        protocol: endpoint.protocol,
        host: endpoint.hostname,
        hostname: endpoint.hostname,
        port: endpoint.port || (secure ? 443 : 80),
        agent: undefined,
        defaultPort: undefined,
        _defaultAgent: undefined,
        setHost: false,
      },
      callback,
    );
    if (!outgoing.headersSent && !outgoing.hasHeader("host")) outgoing.setHeader("Host", host);
    return outgoing;
  };
}

for (const client of [http, https]) {
  const request = reroute(client.request);
  client.request = request;
  client.get = function get(...given) {
    const outgoing = request.apply(this, given);
    outgoing.end();
    return outgoing;
  };
}

const plainConnect = http2.connect;
http2.connect = function connect(authority, ...rest) {
  const host = new URL(authority).hostname;
  if (AWS_HOST.test(host) && !AWS_HOST.test(endpointFor(host).hostname)) {
    throw new Error(`HTTP/2 requests to ${host} cannot be sent to signalbox.`);
  }
  return plainConnect.call(this, authority, ...rest);
};

const plainFetch = globalThis.fetch;
globalThis.fetch = function fetch(input, init) {
  const url = new URL(input instanceof Request ? input.url : input);
  const endpoint = endpointFor(url.hostname);
  if (!endpoint) return plainFetch(input, init);
  url.protocol = endpoint.protocol;
  url.host = endpoint.host;
  if (!endpoint.port) url.port = "";
  return plainFetch(input instanceof Request ? new Request(url, input) : url, init);
};

syncBuiltinESMExports();
