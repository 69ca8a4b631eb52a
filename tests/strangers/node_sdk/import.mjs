// Auth0's own Node SDK imports users into a tenant that speaks plain http.
//
// On stdin, as one JSON object: domain, clientId, clientSecret, audience, connectionId, users (the text of the file).
// On stdout, as one JSON object: what the SDK made of the answers.

import { Buffer } from "node:buffer";
import { text } from "node:stream/consumers";
import { setTimeout as pause } from "node:timers/promises";
import { ManagementClient, ManagementError } from "auth0";

const TRIES_MAX = 200;
const { connectionId, users, ...login } = JSON.parse(await text(process.stdin));
// The SDK always says https; its fetch option is the documented place to say otherwise.
const plainly = (url, options) => fetch(String(url).replace("https://", "http://"), options);
const client = new ManagementClient({ ...login, fetch: plainly });

async function finished(id) {
  for (let tries = 0; tries < TRIES_MAX; tries += 1) {
    const job = await client.jobs.get(id);
    if (job.status !== "pending") return job;
    await pause(25);
  }
  throw new Error("the job is still pending");
}

async function run() {
  const asked = { users: Buffer.from(users), connection_id: connectionId, upsert: false, send_completion_email: false };
  const created = await client.jobs.usersImports.create(asked, { maxRetries: 0 });
  const job = await finished(created.id);
  const errors = (await client.jobs.errors.get(job.id)) ?? [];
  const codes = errors.flatMap((entry) => entry.errors.map((error) => error.code));
  return { created: created.status, status: job.status, ...job.summary, codes };
}

try {
  process.stdout.write(JSON.stringify(await run()));
} catch (error) {
  if (!(error instanceof ManagementError)) throw error;
  process.stdout.write(JSON.stringify({ refused: error.statusCode, body: error.body }));
}
