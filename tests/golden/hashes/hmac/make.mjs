// The same by Node: the salt is bytes that stand in hex, and the key of the site is bytes, too.
// Node 20; node make.mjs >> vectors.jsonl, behind the lines of make.php
import { createHmac } from "node:crypto";

const key = Buffer.from("00ff10f02cb8a7d6945e3141592653589793", "hex");
const salt = Buffer.from("a9f1c2d3e4b5867708fe", "hex");

for (const password of ["samekey-dev-1", "Åse-2 🐟"]) {
  for (const digest of ["sha1", "sha256", "sha512"]) {
    const mac = (...pieces) => {
      const keyed = createHmac(digest, key);
      for (const piece of pieces) keyed.update(piece);
      return keyed.digest("hex");
    };
    const row = (hash) => ({
      hash, salt: salt.toString("hex"), salt_encoding: "hex", pepper: key.toString("hex"), pepper_encoding: "hex",
    });
    const source = `node ${process.version} createHmac`;
    const told = (format, stored) => console.log(JSON.stringify({ format, stored, password, source }));
    told(`hmac_${digest}_pepper_salt_pass`, row(mac(salt, password)));
    told(`hmac_${digest}_pepper_pass_salt`, row(mac(password, salt)));
  }
}
