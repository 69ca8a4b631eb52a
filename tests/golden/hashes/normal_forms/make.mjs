// Values by better-auth and Lucia of passwords that their Unicode form NFKC changes; `normalised` is what they hashed.
// `npm install better-auth lucia`, `node make.mjs >> vectors.jsonl`, after make.py beside it.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const require = createRequire(`${process.cwd()}/`);
const load = (name) => import(pathToFileURL(require.resolve(name)));
const version = (name) => JSON.parse(readFileSync(`node_modules/${name}/package.json`)).version;
const ascii = (text) => text.replace(/[^ -~]/gu, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`);

const { hashPassword } = await load("better-auth/crypto");
const { Scrypt, LegacyScrypt } = await load("lucia");

for (const password of ["A\u030ase-2", "\ufb01sh \u2460 \u212b"]) {
  for (const [format, stored, name] of [
    ["better_auth_scrypt", await hashPassword(password), "better-auth"],
    ["better_auth_scrypt", await new Scrypt().hash(password), "lucia"],
    ["lucia_legacy_scrypt", await new LegacyScrypt().hash(password), "lucia"],
  ]) {
    const normalised = password.normalize("NFKC");
    console.log(ascii(JSON.stringify({ format, stored, password, normalised, source: `${name} ${version(name)}` })));
  }
}
