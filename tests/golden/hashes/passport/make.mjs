// Values made by passport-local-mongoose, on a model that is never saved.
// `npm install passport-local-mongoose@9.2.0 mongoose`, `node make.mjs > vectors.jsonl` in that folder.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const require = createRequire(`${process.cwd()}/`);
const mongoose = require("mongoose");
const loaded = require("passport-local-mongoose");
const plugin = loaded.default ?? loaded;
const { version } = JSON.parse(readFileSync("node_modules/passport-local-mongoose/package.json"));

const asTold = { digestAlgorithm: "sha512", iterations: 1000 };
for (const [number, options] of [{}, asTold].entries()) {
  const schema = new mongoose.Schema({});
  schema.plugin(plugin, options);
  const User = mongoose.model(`User${number}`, schema);
  for (const password of ["samekey-dev-1", "Åse-2 🐟"]) {
    const user = new User({ username: "jo" });
    await user.setPassword(password);
    const told = options === asTold ? { algorithm: options.digestAlgorithm, iterations: options.iterations } : {};
    const stored = { hash: user.get("hash"), salt: user.get("salt"), ...told };
    const source = `passport-local-mongoose ${version}`;
    console.log(JSON.stringify({ format: "passport_local_mongoose", stored, password, source }));
  }
}
