// Values made by npm packages. `npm install bcryptjs password-hash aspnet-identity-pw @phc/pbkdf2`, `node make.mjs`.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { randomBytes, scryptSync, pbkdf2Sync } from "node:crypto";

const require = createRequire(`${process.cwd()}/`);
const version = (name) => JSON.parse(readFileSync(`node_modules/${name}/package.json`)).version;
const tell = (format, stored, password, source) => console.log(JSON.stringify({ format, stored, password, source }));

const bcrypt = require("bcryptjs");
const passwordHash = require("password-hash");
const identity = require("aspnet-identity-pw");
const phc = require("@phc/pbkdf2");

for (const password of ["samekey-dev-1", "Åse-2 🐟"]) {
  tell("bcrypt", bcrypt.hashSync(password, 5), password, `bcryptjs ${version("bcryptjs")}`);
  for (const iterations of [1, 3]) {
    const stored = passwordHash.generate(password, { algorithm: "sha256", saltLength: 12, iterations });
    tell("npm_password_hash", stored, password, `password-hash ${version("password-hash")}`);
  }
  tell("aspnet_identity_v2", identity.hashPassword(password), password, `aspnet-identity-pw ${version("aspnet-identity-pw")}`);
  const written = await phc.hash(password, { iterations: 1000, digest: "sha256" });
  tell("phc_pbkdf2", written, password, `@phc/pbkdf2 ${version("@phc/pbkdf2")}`);
  const salt = randomBytes(16).toString("hex");
  tell("node_scrypt_hex", `${salt}:${scryptSync(password, salt, 64).toString("hex")}`, password, `node ${process.version}`);
  const key = pbkdf2Sync(password, Buffer.from(salt, "hex"), 3000, 32, "sha256").toString("base64");
  tell("jakarta_pbkdf2", `PBKDF2WithHmacSHA256:3000:${Buffer.from(salt, "hex").toString("base64")}:${key}`, password, `node ${process.version}`);
}
