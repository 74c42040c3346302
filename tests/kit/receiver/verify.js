// Checks a webhook as a receiver would: reads {secret, headers, body} as JSON from standard input,
// exits 0 where the library accepts it, and 1 with what it says where it does not.
import { readFileSync } from "node:fs";
import { Webhook } from "standardwebhooks";

const { secret, headers, body } = JSON.parse(readFileSync(0, "utf8"));
try {
  new Webhook(secret).verify(body, headers);
} catch (error) {
  console.log(error.message);
  process.exit(1);
}
