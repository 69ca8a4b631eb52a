<?php
// HMACs under a key of the site over password and salt, as home-made code calls PHP's hash_hmac().
// Debian: apt-get install php-cli; php make.php > vectors.jsonl; node make.mjs >> vectors.jsonl
$source = 'PHP ' . PHP_VERSION . ' hash_hmac()';
$key = 'Site key: k3ep-m3!';

function tell(string $format, array $stored, string $password): void {
    global $source;
    echo json_encode(['format' => $format, 'stored' => $stored, 'password' => $password, 'source' => $source],
        JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE), "\n";
}

foreach (['samekey-dev-1', 'Åse-2 🐟'] as $p) {
    foreach (['md5', 'sha1', 'sha224', 'sha256', 'sha384', 'sha512'] as $d) {
        $s = 'Na+Cl/' . strlen($d);
        $row = fn(string $digest): array => ['hash' => $digest, 'salt' => $s, 'pepper' => $key];
        tell("hmac_{$d}_pepper_salt_pass", $row(hash_hmac($d, $s . $p, $key)), $p);
        tell("hmac_{$d}_pepper_pass_salt", $row(base64_encode(hash_hmac($d, $p . $s, $key, true))), $p);
    }
}
