// Version 1 of a small service. It listens where it is told to, and ends in order when it is asked to.
import { createServer } from "node:http";

const { PORT, HOST, GREETING = "Hello" } = process.env;

const server = createServer((request, response) => {
  if (request.url !== "/health") console.log(`${request.method} ${request.url}`);
  response.setHeader("content-type", "text/plain").end(`${GREETING} from version 1\n`);
});
server.listen(Number(PORT), HOST, () => console.log(`listening on ${HOST}:${PORT}`));

process.on("SIGTERM", () => {
  console.log("ending");
  server.close(() => process.exit(0));
  server.closeIdleConnections();
});
