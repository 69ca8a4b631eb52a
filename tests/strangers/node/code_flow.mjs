// openid-client signs somebody in by the code flow with PKCE, at a tenant that speaks plain http.
//
// On stdin, one JSON object a line: first {issuer, clientId, redirectUri}; then, when the browser came back, its address.
// On stdout, one JSON object a line: first where the browser should go; then what was found out.

import { createInterface } from "node:readline";
import * as oidc from "openid-client";

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const read = async () => JSON.parse((await lines.next()).value);
const say = (value) => process.stdout.write(`${JSON.stringify(value)}\n`);

const { issuer, clientId, redirectUri } = await read();
const plainly = { execute: [oidc.allowInsecureRequests] };
const config = await oidc.discovery(new URL(issuer), clientId, undefined, oidc.None(), plainly);
// The ID token came over the wire from the token endpoint; this asks for its signature to be checked all the same.
oidc.enableNonRepudiationChecks(config);

const verifier = oidc.randomPKCECodeVerifier();
const expected = { expectedState: oidc.randomState(), expectedNonce: oidc.randomNonce() };
say(
  oidc.buildAuthorizationUrl(config, {
    redirect_uri: redirectUri,
    scope: "openid profile email offline_access",
    code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
    code_challenge_method: "S256",
    state: expected.expectedState,
    nonce: expected.expectedNonce,
  }),
);

const back = new URL(await read());
try {
  const tokens = await oidc.authorizationCodeGrant(config, back, { pkceCodeVerifier: verifier, ...expected });
  const claims = tokens.claims();
  const person = await oidc.fetchUserInfo(config, tokens.access_token, claims.sub);
  const again = await oidc.refreshTokenGrant(config, tokens.refresh_token);
  const stillThere = await oidc.fetchUserInfo(config, again.access_token, claims.sub);
  say({ claims, person, refreshed: again.claims(), stillThere });
} catch (problem) {
  if (!(problem instanceof oidc.AuthorizationResponseError || problem instanceof oidc.ResponseBodyError)) throw problem;
  say({ refused: problem.error, description: problem.error_description });
}
process.stdin.destroy();
