<?php
// Values made by PHP programs, and by PHP as home-made code calls it.
// Debian: apt-get install php-cli php-mbstring dokuwiki wordpress mediawiki php-symfony-password-hasher;
// php make.php > vectors.jsonl. ROOT names another place where the packages were unpacked.
namespace {
$root = getenv('ROOT') ?: '';
$version = fn(string $name): string => trim((string) shell_exec("apt-cache policy $name | sed -n 's/ *Candidate: //p'"));

function tell(string $format, $stored, string $password, string $source, array $more = []): void {
    echo json_encode(['format' => $format, 'stored' => $stored, 'password' => $password, 'source' => $source] + $more,
        JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE), "\n";
}
$php = 'PHP ' . PHP_VERSION;
$passwords = ['samekey-dev-1', 'Åse-2 🐟'];

// Home-made: hash() and hash_hmac() as a thousand programs call them.
foreach ($passwords as $p) {
    $wide = mb_convert_encoding($p, 'UTF-16LE', 'UTF-8');
    $s = 'Na+Cl/' . strlen($p);
    foreach (['md5', 'sha1', 'sha224', 'sha256', 'sha384', 'sha512', 'md4'] as $d) {
        $salted = fn(string $digest): array => ['hash' => $digest, 'salt' => $s];
        $from = "$php hash('$d')";
        tell("raw_$d", hash($d, $p), $p, $from);
        tell("raw_{$d}_utf16le", strtoupper(hash($d, $wide)), $p, $from);
        tell("base64_of_hex_$d", base64_encode(hash($d, $p)), $p, $from);
        tell("{$d}_salt_pass", $salted(hash($d, $s . $p)), $p, $from);
        tell("{$d}_pass_salt", $salted(base64_encode(hash($d, $p . $s, true))), $p, $from);
        if ($d != 'md4') {
            tell("{$d}_pass_salt", hash($d, $p . $s) . ":$s", $p, $from);
            tell("{$d}_salt_pass", "$s\$" . hash($d, $s . $p), $p, $from);
        }
        tell("{$d}_salt_utf16le", $salted(hash($d, $s . $wide)), $p, $from);
        tell("{$d}_utf16le_salt", $salted(hash($d, $wide . $s)), $p, $from);
        if ($d != 'md4') {
            tell("hmac_{$d}_key_salt", $salted(hash_hmac($d, $p, $s)), $p, "$php hash_hmac('$d')");
            tell("hmac_{$d}_key_pass", $salted(hash_hmac($d, $s, $p)), $p, "$php hash_hmac('$d')");
        }
    }
    $h = fn(string $d, string $x): string => hash($d, $x);
    foreach ([
        'md5_md5' => $h('md5', $h('md5', $p)), 'md5_md5_upper' => $h('md5', strtoupper($h('md5', $p))),
        'md5_raw_md5' => $h('md5', hash('md5', $p, true)), 'md5_sha1' => $h('md5', $h('sha1', $p)),
        'md5_md5_md5' => $h('md5', $h('md5', $h('md5', $p))), 'sha1_sha1' => $h('sha1', $h('sha1', $p)),
        'sha1_md5' => $h('sha1', $h('md5', $p)), 'sha1_md5_md5' => $h('sha1', $h('md5', $h('md5', $p))),
        'sha256_sha256' => $h('sha256', $h('sha256', $p)), 'sha256_md5' => $h('sha256', $h('md5', $p)),
        'sha256_sha1' => $h('sha256', $h('sha1', $p)), 'sha512_sha512' => $h('sha512', $h('sha512', $p)),
        'sha512_md5' => $h('sha512', $h('md5', $p)), 'half_md5' => substr($h('md5', $p), 0, 16),
        'raw_ripemd160' => $h('ripemd160', $p), 'whirlpool' => $h('whirlpool', $p),
        'raw_sha3_224' => $h('sha3-224', $p), 'raw_sha3_256' => $h('sha3-256', $p),
        'raw_sha3_384' => $h('sha3-384', $p), 'raw_sha3_512' => $h('sha3-512', $p),
    ] as $format => $digest) {
        tell($format, $digest, $p, "$php hash()");
    }
    foreach ([
        'md5_md5pass_salt' => $h('md5', $h('md5', $p) . $s), 'md5_salt_md5pass' => $h('md5', $s . $h('md5', $p)),
        'md5_md5salt_md5pass' => $h('md5', $h('md5', $s) . $h('md5', $p)),
        'md5_md5pass_md5salt' => $h('md5', $h('md5', $p) . $h('md5', $s)),
        'md5_sha1pass_salt' => $h('md5', $h('sha1', $p) . $s),
        'md5_salt_md5_salt_pass' => $h('md5', $s . $h('md5', $s . $p)),
        'md5_salt_md5_pass_salt' => $h('md5', $s . $h('md5', $p . $s)),
        'md5_salt_pass_salt' => $h('md5', $s . $p . $s), 'sha1_salt_pass_salt' => $h('sha1', $s . $p . $s),
        'sha1_salt_sha1pass' => $h('sha1', $s . $h('sha1', $p)), 'sha1_sha1pass_salt' => $h('sha1', $h('sha1', $p) . $s),
        'sha1_md5pass_salt' => $h('sha1', $h('md5', $p) . $s),
        'sha256_salt_pass_salt' => $h('sha256', $s . $p . $s),
        'sha256_sha256pass_salt' => $h('sha256', $h('sha256', $p) . $s),
        'sha256_salt_sha256pass' => $h('sha256', $s . $h('sha256', $p)),
        'sha512_salt_pass_salt' => $h('sha512', $s . $p . $s),
        'sha512_sha512pass_salt' => $h('sha512', $h('sha512', $p) . $s),
        'sha512_salt_sha512pass' => $h('sha512', $s . $h('sha512', $p)),
    ] as $format => $digest) {
        tell($format, ['hash' => $digest, 'salt' => $s], $p, "$php hash()");
    }
    $cost = ['cost' => 4];
    tell('php_bcrypt', password_hash($p, PASSWORD_BCRYPT, $cost), $p, "$php password_hash");
    foreach ([
        'bcrypt_hex_sha1' => $h('sha1', $p), 'vbulletin5_bcrypt' => $h('md5', $p),
        'bcrypt_hex_sha256' => $h('sha256', $p), 'nodebb_bcrypt_sha512' => $h('sha512', $p),
        'bcrypt_b64_sha256' => base64_encode(hash('sha256', $p, true)),
        'bcrypt_b64_sha384' => base64_encode(hash('sha384', $p, true)),
        'bcrypt_b64_sha512' => base64_encode(hash('sha512', $p, true)),
    ] as $format => $seen) {
        tell($format, password_hash($seen, PASSWORD_BCRYPT, $cost), $p, "$php password_hash", ['by_word_only' => true]);
    }
    tell('argon2_phc', password_hash($p, PASSWORD_ARGON2ID, ['memory_cost' => 1024, 'time_cost' => 2]), $p, "$php password_hash");
}

// DokuWiki, which writes other programs' formats as well.
require "$root/usr/share/dokuwiki/inc/PassHash.php";
$doku = new dokuwiki\PassHash();
$from = 'dokuwiki ' . $version('dokuwiki');
foreach ($passwords as $p) {
    tell('md5_crypt', $doku->hash_smd5($p), $p, $from);
    tell('apr_md5_crypt', $doku->hash_apr1($p), $p, $from);
    tell('ldap', $doku->hash_ssha($p), $p, $from);
    tell('ldap', $doku->hash_lsmd5($p), $p, $from);
    tell('mysql41', $doku->hash_my411($p), $p, $from);
    tell('phpass', $doku->hash_pmd5($p), $p, $from);
    tell('phpbb3_phpass', $doku->hash_hmd5($p), $p, $from, ['by_word_only' => true]);
    tell('drupal7', $doku->hash_drupal_sha512($p, null, 'S', 7), $p, $from);
    tell('django_sha1', $doku->hash_djangosha1($p), $p, $from);
    tell('django_md5', $doku->hash_djangomd5($p), $p, $from);
    tell('seafile_pbkdf2', $doku->hash_seafilepbkdf2($p, bin2hex(random_bytes(32)), ['algo' => 'SHA256', 'iter' => 1000]), $p, $from);
    tell('sha512_crypt', $doku->hash_sha512($p), $p, $from);
    tell('sha256_crypt', $doku->hash_sha256($p), $p, $from);
    tell('mediawiki', $doku->hash_mediawiki($p), $p, $from);
}

// WordPress before 6.8.
require "$root/usr/share/wordpress/wp-includes/class-phpass.php";
$phpass = new PasswordHash(8, true);
foreach ($passwords as $p) {
    tell('phpass', $phpass->HashPassword($p), $p, 'wordpress ' . $version('wordpress'));
}

// Symfony.
$symfony = "/usr/share/php/Symfony/Component/PasswordHasher";
require "$symfony/autoload.php";
$from = 'php-symfony-password-hasher ' . $version('php-symfony-password-hasher');
use Symfony\Component\PasswordHasher\Hasher;
foreach ($passwords as $p) {
    foreach ([1, 3, 5000] as $rounds) {
        $hasher = new Hasher\MessageDigestPasswordHasher('sha512', true, $rounds);
        $row = ['hash' => $hasher->hash($p, 'pepper.corn'), 'salt' => 'pepper.corn', 'iterations' => $rounds];
        tell('symfony_messagedigest', $row, $p, $from);
    }
    $row = ['hash' => (new Hasher\Pbkdf2PasswordHasher())->hash($p, 'pepper.corn'), 'salt' => 'pepper.corn'];
    tell('symfony_pbkdf2', $row, $p, $from);
    tell('php_bcrypt', (new Hasher\NativePasswordHasher(null, null, 4, PASSWORD_BCRYPT))->hash($p), $p, $from);
}
}

// MediaWiki: its password classes, with the little of MediaWiki that they ask for.
namespace {
class MWException extends Exception {}
class MWCryptRand {
    public static function generateHex(int $n): string { return substr(bin2hex(random_bytes($n)), 0, $n); }
}
$classes = "$root/usr/share/mediawiki/includes/password";
foreach (['Password', 'ParameterizedPassword', 'MWOldPassword', 'MWSaltedPassword', 'Pbkdf2Password', 'BcryptPassword',
    'Argon2Password', 'LayeredParameterizedPassword', 'PasswordError', 'InvalidPassword', 'PasswordFactory'] as $class) {
    require "$classes/$class.php";
}
$config = [
    'A' => ['class' => MWOldPassword::class], 'B' => ['class' => MWSaltedPassword::class],
    'pbkdf2' => ['class' => Pbkdf2Password::class, 'algo' => 'sha512', 'cost' => '1000', 'length' => '64'],
    'pbkdf2-legacyA' => ['class' => LayeredParameterizedPassword::class, 'types' => ['A', 'pbkdf2']],
    'pbkdf2-legacyB' => ['class' => LayeredParameterizedPassword::class, 'types' => ['B', 'pbkdf2']],
    'bcrypt' => ['class' => BcryptPassword::class, 'cost' => 5],
    'argon2' => ['class' => Argon2Password::class, 'algo' => 'argon2id', 'memory_cost' => 1024, 'time_cost' => 2],
];
$factory = new PasswordFactory($config, 'pbkdf2');
foreach ($passwords as $p) {
    foreach (array_keys($config) as $type) {
        if (str_starts_with($type, 'pbkdf2-legacy')) {
            $inner = $factory->newFromType(substr($type, -1));
            $inner->crypt($p);
            $made = $factory->newFromType($type);
            $made->partialCrypt($inner);
        } else {
            $made = $factory->newFromType($type);
            $made->crypt($p);
        }
        tell('mediawiki', $made->toString(), $p, 'mediawiki ' . $version('mediawiki'));
    }
}
}
