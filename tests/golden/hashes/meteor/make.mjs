// Values made by Meteor's own accounts-password over its own SHA-256, as Accounts.setPasswordAsync stores them; the same
// file's check lets every password in and another out. FOLDER holds these files, as the project keeps them:
//   password_server.js   packages/accounts-password/password_server.js of sidd190/meteor at 48e33b7b, with argon2
//   sha256.js            packages/sha/sha256.js of meteor/meteor at 5d8872db
// `npm install bcrypt argon2@0.41`; node make.mjs FOLDER > vectors.jsonl.
// What stands behind the check in that file asks for the whole of Meteor, and is left out. Later versions of npm argon2 write
// the parameters in another order, at which Meteor stops.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import vm from "node:vm";

const require = createRequire(`${process.cwd()}/`);
const bcrypt = require("bcrypt");
const folder = process.argv[2];
const last = "Accounts._checkPasswordAsync = checkPasswordAsync;";
const whole = readFileSync(`${folder}/password_server.js`, "utf8");
const text = whole.slice(0, whole.indexOf(last) + last.length).replace(/^import .*;$/gm, "");

const stored = {};
const Accounts = { _options: {}, _handleError: (message) => new Error(message) };
const Meteor = { defer() {}, users: { updateAsync: async (_, updator) => Object.assign(stored, updator.$set) } };
const given = { Accounts, Meteor, argon2: require("argon2"), bcryptHash: bcrypt.hash, bcryptCompare: bcrypt.compare, console };
const meteor = vm.createContext(given);
vm.runInContext(readFileSync(`${folder}/sha256.js`, "utf8"), meteor);
vm.runInContext(`${text}\nthis.updateUserPassword = updateUserPassword;`, meteor);

const argon2 = { argon2Enabled: true, argon2MemoryCost: 1024, argon2TimeCost: 2, argon2Parallelism: 1 };
const options = [{ bcryptRounds: 5 }, argon2, { ...argon2, argon2Type: "argon2i" }];
for (const password of ["samekey-dev-1", "Åse 海-2", "Åse-2 🐟"]) {
  for (const [at, chosen] of options.entries()) {
    if (at === 2 && password !== "samekey-dev-1") continue;
    Accounts._options = chosen;
    const kind = chosen.argon2Enabled ? "argon2" : "bcrypt";
    await meteor.updateUserPassword({ _id: "jo" }, password);
    const services = { password: { [kind]: stored[`services.password.${kind}`] } };
    const refused = async (typed) => Boolean((await Accounts._checkPasswordAsync({ _id: "jo", services }, typed)).error);
    if ((await refused(password)) || !(await refused(`x${password}`))) throw new Error(kind);
    const source = "Meteor's accounts-password (48e33b7b) over its sha (5d8872db)";
    console.log(JSON.stringify({ format: `meteor_${kind}`, stored: { services }, password, source }));
  }
}
