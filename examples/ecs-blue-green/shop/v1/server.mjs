/** The shop, version 1: answers every order with its number of pieces, and says who it is. */
import { createServer } from "node:http";

const server = createServer((request, response) => {
  const pieces = Number(new URL(request.url, "http://shop").searchParams.get("pieces") ?? 0);
  response.setHeader("content-type", "application/json");
  response.end(`${JSON.stringify({ version: "1", pieces })}\n`);
});

server.listen(process.env.PORT, process.env.HOST, () => console.log("version 1 listens"));
process.on("SIGTERM", () => server.close(() => process.exit(0)));
