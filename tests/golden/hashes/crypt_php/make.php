<?php
// Values made by PHP's crypt() with the marks of bcrypt's old error, and by Symfony's digest over `password{salt}`,
// which Acegi, the first Spring Security and Jenkins laid out before it.
// Debian: apt-get install php-cli php-symfony-password-hasher; php make.php > vectors.jsonl.
require '/usr/share/php/Symfony/Component/PasswordHasher/autoload.php';
use Symfony\Component\PasswordHasher\Hasher\MessageDigestPasswordHasher;

function tell(string $format, $stored, string $password, string $source): void {
    echo json_encode(['format' => $format, 'stored' => $stored, 'password' => $password, 'source' => $source],
        JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE), "\n";
}
$version = trim((string) shell_exec("dpkg-query -W -f '\${Version}' php-symfony-password-hasher"));
foreach (['samekey-dev-1', 'Åse-2 🐟'] as $p) {
    $salt = substr(strtr(base64_encode(random_bytes(16)), '+', '.'), 0, 21) . 'u';
    tell('bcrypt_2x', crypt($p, "\$2x\$05\$$salt"), $p, 'PHP ' . PHP_VERSION . ' crypt()');
    foreach (['md5', 'sha1', 'sha256', 'sha512'] as $digest) {
        $hash = (new MessageDigestPasswordHasher($digest, false, 1))->hash($p, 'pepper.corn');
        tell('acegi', ['hash' => $hash, 'salt' => 'pepper.corn'], $p, "php-symfony-password-hasher $version");
        if ($digest == 'sha256') {
            tell('jenkins_legacy_sha256', "pepper.corn:$hash", $p, "php-symfony-password-hasher $version, its salt put in front");
        }
    }
}
