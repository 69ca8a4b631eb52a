// Would Auth0 let this password in? A second reading, in the language Auth0 itself is written in.
//
// One question a line on stdin: {"custom_password_hash": {...}, "password": "..."}
// One answer a line on stdout:  {"match": true | false, "error": null | "word"}
//
// Written from Auth0's published import schema and nothing else. Text becomes bytes only through Buffer,
// digests come from OpenSSL (start Node with --openssl-legacy-provider: md4, whirlpool and mdc2 live there),
// argon2 strings go to libsodium. bcrypt is hash-wasm's, because it takes bytes; bcryptjs takes text only.

import { Buffer } from "node:buffer";
import { createHash, createHmac, pbkdf2Sync, scryptSync } from "node:crypto";
import { createInterface } from "node:readline";
import { bcryptVerify } from "hash-wasm";
import sodium from "libsodium-wrappers-sumo";

class Refused extends Error {}

const refuse = (word) => {
  throw new Refused(word);
};

const need = (condition, word) => condition || refuse(word);

// --- the shape --------------------------------------------------------------------------------------------------

const TOP_KEYS = ["algorithm", "hash", "salt", "password", "keylen", "cost", "blockSize", "parallelization"];
const BYTE_ENCODINGS = ["base64", "hex", "utf8"];
const TEXT_ENCODINGS = ["ascii", "utf8", "utf16le", "ucs2", "latin1", "binary"];
const HMAC_DIGESTS = ["md4", "md5", "ripemd160", "sha1", "sha224", "sha256", "sha384", "sha512", "whirlpool"];

const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
const isPositive = (value) => Number.isInteger(value) && value > 0;
const isPowerOfTwo = (value) => isPositive(value) && value > 1 && Number.isInteger(Math.log2(value));
const absentOr = (value, accepted) => value === undefined || accepted(value);
const oneOf = (choices) => (value) => choices.includes(value);

function checkValue(part, word) {
  need(isObject(part), word);
  need(typeof part.value === "string", word);
  need(absentOr(part.encoding, oneOf(BYTE_ENCODINGS)), word);
}

function checkShape(payload) {
  need(isObject(payload), "payload");
  need(Object.keys(payload).every(oneOf(TOP_KEYS)), "unknown-key");
  need(Object.hasOwn(ALGORITHMS, payload.algorithm), "algorithm");
  checkValue(payload.hash, "hash");
  need(absentOr(payload.hash.digest, oneOf(HMAC_DIGESTS)), "digest");
  if (payload.hash.key !== undefined) checkValue(payload.hash.key, "key");
  if (payload.salt !== undefined) {
    checkValue(payload.salt, "salt");
    need(absentOr(payload.salt.position, oneOf(["prefix", "suffix"])), "position");
  }
  if (payload.password !== undefined) {
    need(isObject(payload.password), "password");
    need(absentOr(payload.password.encoding, oneOf(TEXT_ENCODINGS)), "password");
  }
  need(absentOr(payload.cost, isPowerOfTwo), "cost");
  for (const number of ["keylen", "blockSize", "parallelization"]) need(absentOr(payload[number], isPositive), number);
}

const needBytes = ({ hash }) => need(hash.encoding === "hex" || hash.encoding === "base64", "hash-encoding");
const needText = ({ hash }) => need(absentOr(hash.encoding, oneOf(["utf8"])), "hash-encoding");
const needNoSalt = ({ salt }) => need(salt === undefined, "salt-not-allowed");

// --- bytes ------------------------------------------------------------------------------------------------------

const decoded = ({ value, encoding = "utf8" }) => Buffer.from(value, encoding);
const typed = (payload, password) => Buffer.from(password, payload.password?.encoding ?? "utf8");

function salted(payload, password) {
  const bytes = typed(payload, password);
  if (payload.salt === undefined) return bytes;
  const salt = decoded(payload.salt);
  return Buffer.concat(payload.salt.position === "suffix" ? [bytes, salt] : [salt, bytes]);
}

// --- the algorithms ---------------------------------------------------------------------------------------------

function digest(payload, password) {
  needBytes(payload);
  const computed = createHash(payload.algorithm).update(salted(payload, password)).digest();
  return computed.equals(decoded(payload.hash));
}

function hmac(payload, password) {
  needBytes(payload);
  const { digest: name, key } = payload.hash;
  need(name !== undefined, "digest");
  need(key !== undefined, "key");
  const computed = createHmac(name, decoded(key)).update(salted(payload, password)).digest();
  return computed.equals(decoded(payload.hash));
}

const BCRYPT = /^\$2[aby]\$(\d\d)\$[./A-Za-z0-9]{53}$/;
const BCRYPT_READS_BYTES = 72;

async function bcrypt(payload, password) {
  needText(payload);
  const shape = BCRYPT.exec(payload.hash.value) ?? refuse("bcrypt-shape");
  need(Number(shape[1]) >= 4 && Number(shape[1]) <= 31, "bcrypt-cost");
  const bytes = salted(payload, password).subarray(0, BCRYPT_READS_BYTES);
  // bcrypt repeats the key and its closing zero byte, so no key at all and a single zero byte are the same key.
  const key = bytes.length === 0 ? Buffer.alloc(1) : bytes;
  return bcryptVerify({ password: key, hash: `$2b$${payload.hash.value.slice(4)}` });
}

const ARGON2 = /^\$argon2id?\$v=19\$m=\d+,t=\d+,p=\d+\$[A-Za-z0-9+/]+\$[A-Za-z0-9+/]+$/;

function argon2(payload, password) {
  needText(payload);
  needNoSalt(payload);
  need(ARGON2.test(payload.hash.value), "argon2-shape");
  return sodium.crypto_pwhash_str_verify(payload.hash.value, typed(payload, password));
}

const PBKDF2_PARAMETERS = String.raw`(?:\$i=(?<i>[1-9]\d*)(?:,l=(?<l>[1-9]\d*))?|\$l=(?<only>[1-9]\d*))?`;
const B64 = "[A-Za-z0-9+/]+";
const PBKDF2 = new RegExp(
  String.raw`^\$pbkdf2-(?<name>[A-Za-z0-9-]+)${PBKDF2_PARAMETERS}\$(?<salt>${B64})\$(?<hash>${B64})$`,
);
const PBKDF2_DIGESTS = [
  ..."md4 md5 mdc2 ripemd ripemd160 rmd160 sha1 sha224 sha256 sha384 sha512 whirlpool ssl3-md5 ssl3-sha1".split(" "),
  ..."MD4 MD5 MDC2 RIPEMD160 SHA1 SHA1-2 SHA224 SHA256 SHA384 SHA512".split(" ").map((name) => `RSA-${name}`),
  ..."md4 md5 sha1 sha224 sha256 sha384 sha512".split(" ").map((name) => `${name}WithRSAEncryption`),
  "mdc2WithRSA",
  "ripemd160WithRSA",
];

function pbkdf2(payload, password) {
  needText(payload);
  needNoSalt(payload);
  const { groups } = PBKDF2.exec(payload.hash.value) ?? refuse("pbkdf2-shape");
  need(PBKDF2_DIGESTS.includes(groups.name), "digest");
  const iterations = Number(groups.i ?? 100000);
  const length = Number(groups.l ?? groups.only ?? 64);
  const [salt, stored] = [groups.salt, groups.hash].map((text) => Buffer.from(text, "base64"));
  need(stored.length === length, "pbkdf2-length");
  return pbkdf2Sync(typed(payload, password), salt, iterations, length, groups.name).equals(stored);
}

function scrypt(payload, password) {
  needBytes(payload);
  const { keylen, cost = 16384, blockSize = 8, parallelization = 1 } = payload;
  need(keylen !== undefined, "keylen");
  need(payload.salt !== undefined, "salt");
  const stored = decoded(payload.hash);
  need(stored.length === keylen, "keylen");
  const maxmem = 2 * 128 * (cost + parallelization) * blockSize;
  const options = { cost, blockSize, parallelization, maxmem };
  return scryptSync(typed(payload, password), decoded(payload.salt), keylen, options).equals(stored);
}

const LDAP = /^\{([a-z0-9]+)\}(.*)$/is;
const LDAP_SCHEME = /^(?:(s?)(md5)|(s?)(sha)(224|256|384|512)?)$/;

function ldap(payload, password) {
  needText(payload);
  needNoSalt(payload);
  const [, written, rest] = LDAP.exec(payload.hash.value) ?? refuse("ldap-shape");
  const scheme = LDAP_SCHEME.exec(written.toLowerCase()) ?? refuse("ldap-scheme");
  const name = scheme[2] ?? `sha${scheme[5] ?? "1"}`;
  const isSalted = (scheme[1] || scheme[3]) === "s";
  const stored = Buffer.from(rest, "base64");
  const size = createHash(name).digest().length;
  need(isSalted ? stored.length >= size : stored.length === size, "ldap-length");
  const computed = createHash(name).update(typed(payload, password)).update(stored.subarray(size)).digest();
  return computed.equals(stored.subarray(0, size));
}

const ALGORITHMS = { md4: digest, md5: digest, sha1: digest, sha256: digest, sha512: digest };
Object.assign(ALGORITHMS, { hmac, bcrypt, argon2, pbkdf2, scrypt, ldap });

// --- the conversation -------------------------------------------------------------------------------------------

async function judge({ custom_password_hash: payload, password }) {
  try {
    checkShape(payload);
    return { match: await ALGORITHMS[payload.algorithm](payload, password), error: null };
  } catch (error) {
    if (error instanceof Refused) return { match: false, error: error.message };
    throw error;
  }
}

await sodium.ready;
for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(`${JSON.stringify(await judge(JSON.parse(line)))}\n`);
}
