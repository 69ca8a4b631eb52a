// Values made by npm packages that read or write other systems' passwords: ASP.NET Core Identity, CouchDB, PHC strings
// of AdonisJS, and by Node's own crypto as home-made code calls it.
// `npm install asp-identity-pw aspnetcore-identity-password-hasher @sl-nx/couch-pwd pouchdb-auth phc-bcrypt bcryptjs`,
// `node make.mjs > vectors.jsonl`.
import { createHash, randomBytes, scryptSync } from "node:crypto";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { promisify } from "node:util";

const require = createRequire(`${process.cwd()}/`);
const version = (name) => JSON.parse(readFileSync(`node_modules/${name}/package.json`)).version;
const say = (format, stored, password, source) => console.log(JSON.stringify({ format, stored, password, source }));
const tell = (format, stored, password, name) => say(format, stored, password, `${name} ${version(name)}`);

const asp = require("asp-identity-pw");
const core = require("aspnetcore-identity-password-hasher");
const CouchPwd = require("@sl-nx/couch-pwd");
const pouchAdmins = require("pouchdb-auth").hashAdminPasswords;
const phcBcrypt = require("phc-bcrypt");
const bcryptjs = require("bcryptjs");

for (const password of ["samekey-dev-1", "Åse-2 🐟"]) {
  tell("aspnet_identity_v2", await asp.hashIdentityPasswordV2(password), password, "asp-identity-pw");
  tell("aspnet_identity_v3", await asp.hashIdentityPasswordV3(password), password, "asp-identity-pw");
  tell("aspnet_identity_v3", await core.hash(password), password, "aspnetcore-identity-password-hasher");

  const couch = new CouchPwd(); // CouchDB's own numbers: 10 rounds of SHA-1, 20 bytes
  const [salt, derived_key] = await new Promise((resolve, reject) =>
    couch.hash(password, (error, ...told) => (error ? reject(error) : resolve(told))));
  const row = { password_scheme: "pbkdf2", iterations: couch.iterations, salt, derived_key };
  tell("couchdb_pbkdf2", row, password, "@sl-nx/couch-pwd");
  const { jo } = await pouchAdmins({ jo: password }, { iterations: 10 });
  tell("couchdb_admin", jo, password, "pouchdb-auth");

  tell("adonis_bcrypt", await phcBcrypt.hash(password, { rounds: 5 }), password, "phc-bcrypt");
  // With a head that names no revision bcryptjs leaves the NUL out, as the first bcrypt did.
  const head = bcryptjs.genSaltSync(5).replace(/^\$2[aby]\$/, "$2$");
  tell("bcrypt_2", bcryptjs.hashSync(password, head), password, "bcryptjs");

  const node = `node ${process.version}`;
  say("raw_blake2s", createHash("blake2s256").update(password).digest("hex"), password, node);
  for (const [size, mark] of [[64, ":"], [32, "."]]) {
    const bytes = randomBytes(16);
    const key = scryptSync(password, bytes, size).toString("hex");
    say("node_scrypt_hex_decoded", `${bytes.toString("hex")}${mark}${key}`, password, node);
  }
}
