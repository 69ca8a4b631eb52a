// FusionAuth's columns for bcrypt, as its own converter of Passport's users lays them out for its import.
// passportjs/5_convertUserToFaUser.mjs of FusionAuth/fusionauth-import-scripts at 4a052110 has to be at hand.
// `npm install bcryptjs stream-json@1 stream-chain@2 uuid`, `node make.mjs 5_convertUserToFaUser.mjs > vectors.jsonl`.
import { execFileSync } from "node:child_process";
import { copyFileSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";

const bcrypt = createRequire(`${process.cwd()}/`)("bcryptjs");
const passwords = ["samekey-dev-1", "Åse 🐟 海-2"];
const users = passwords.map((password) => ({ email: "jo@example.com", password: bcrypt.hashSync(password, 5) }));
const files = ["users.json", "convert.mjs", "faUsers.json"];
writeFileSync(files[0], JSON.stringify(users));
copyFileSync(process.argv[2], files[1]);
execFileSync("node", [files[1]]);
JSON.parse(readFileSync(files[2])).forEach(({ encryptionScheme, factor, salt, password: hash }, at) => {
  const [password, whole] = [passwords[at], `$2b$${String(factor).padStart(2, "0")}$${salt}${hash}`];
  if (!bcrypt.compareSync(password, whole) || bcrypt.compareSync(`x${password}`, whole)) throw new Error("columns");
  const source = "FusionAuth's converter for Passport (4a052110) over bcryptjs";
  console.log(JSON.stringify({ format: "fusionauth", stored: { encryptionScheme, factor, salt, password: hash }, password, source }));
});
files.forEach((file) => rmSync(file));
