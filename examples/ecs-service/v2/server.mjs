// Version 2 of a small service. It listens where it is told to, and ends in order when it is asked to.
import { createServer } from "node:http";

const { PORT, HOST, GREETING = "Hello" } = process.env;

let served = 0;

const server = createServer((request, response) => {
  if (request.url !== "/health") served += 1;
  response.setHeader("content-type", "text/plain").end(`${GREETING} from version 2, for the ${served}. time\n`);
});
server.listen(Number(PORT), HOST, () => console.log(`listening on ${HOST}:${PORT}`));

process.on("SIGTERM", () => {
  console.log(`ending after ${served} requests`);
  server.close(() => process.exit(0));
  server.closeIdleConnections();
});
