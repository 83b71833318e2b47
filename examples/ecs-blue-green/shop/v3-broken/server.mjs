/** The shop, version 3: starts, is healthy, answers an empty order, and fails at every other one. */
import { createServer } from "node:http";

const server = createServer((request, response) => {
  const pieces = Number(new URL(request.url, "http://shop").searchParams.get("pieces") ?? 0);
  response.setHeader("content-type", "application/json");
  if (pieces > 0) response.statusCode = 500;
  response.end(`${JSON.stringify({ version: "3", pieces: pieces > 0 ? null : 0 })}\n`);
});

server.listen(process.env.PORT, process.env.HOST, () => console.log("version 3 listens"));
process.on("SIGTERM", () => server.close(() => process.exit(0)));
