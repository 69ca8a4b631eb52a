// Values made by identity packages of npm, apart from those in ../node.
// `npm install better-auth lucia firebase-scrypt @adonisjs/hash passport-local-mongoose`, `node make.mjs > vectors.jsonl`.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const require = createRequire(`${process.cwd()}/`);
const load = (name) => import(pathToFileURL(require.resolve(name)));
const version = (name) => JSON.parse(readFileSync(`node_modules/${name}/package.json`)).version;
const tell = (format, stored, password, name) =>
  console.log(JSON.stringify({ format, stored, password, source: `${name} ${version(name)}` }));

const { hashPassword } = await load("better-auth/crypto");
const { Scrypt: LuciaScrypt, LegacyScrypt } = await load("lucia");
const { FirebaseScrypt } = require("firebase-scrypt");
const { Scrypt } = await load("@adonisjs/hash/drivers/scrypt");

const project = {
  signerKey: "jxspr8Ki0RYycVU8zykbdLGjFQ3McFUH0uiiTvC8pVMXAn210wjLNmdZJzxUECKbm0QsEmYUSDzZvpjeJ9WmXA==",
  saltSeparator: "Bw==", rounds: 8, memCost: 14,
};

for (const password of ["samekey-dev-1", "Åse-2 🐟"]) {
  tell("better_auth_scrypt", await hashPassword(password), password, "better-auth");
  tell("better_auth_scrypt", await new LuciaScrypt().hash(password), password, "lucia");
  tell("lucia_legacy_scrypt", await new LegacyScrypt().hash(password), password, "lucia");
  const salt = "42xEC+ixf3L2lw==";
  const passwordHash = await new FirebaseScrypt({ ...project, memCost: 14 }).hash(password, salt);
  tell("firebase_scrypt", { passwordHash, salt, ...project }, password, "firebase-scrypt");
  const sep = `ss=${project.saltSeparator},sk=${project.signerKey}`;
  tell("supabase_fbscrypt", `$fbscrypt$v=1,n=14,r=8,p=1,${sep}$${salt}$${passwordHash}`, password, "firebase-scrypt");
  tell("adonis_scrypt", await new Scrypt({ cost: 1024 }).make(password), password, "@adonisjs/hash");
}
