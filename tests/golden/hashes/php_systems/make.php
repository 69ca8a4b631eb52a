<?php
// Values made by PHP programs' own functions, each from the source file that holds it, with what that file asks of its
// framework stood in for here; each program lets every password in and another out before its value is told. SOURCES is
// a folder with these files, as the projects keep them:
//   ezpublish/ezuser.php       kernel/classes/datatypes/ezuser/ezuser.php of ezsystems/ezpublish-legacy at 31d3504a
//   ibexa/PasswordHashService.php
//                              src/lib/Repository/User/PasswordHashService.php of ibexa/core at 0b74425c
//   magento2/Encryptor.php     lib/internal/Magento/Framework/Encryption/Encryptor.php of magento/magento2 at 4dbca70e
//   magento2/UpgradeHashAlgorithmCommand.php
//                              app/code/Magento/Customer/Console/Command/ of mage-os/mageos-magento2 at 130841eb
//   nextcloud/Hasher.php       lib/private/Security/Hasher.php of nextcloud/server at 007be83a
//   owncloud/Hasher.php        lib/private/Security/Hasher.php of owncloud/core at 06972b02
//   wordpress/pluggable.php    wp-includes/pluggable.php of WordPress 6.8, in Debian's package of 13 (trixie)
// Debian: apt-get install php-cli; php make.php SOURCES > vectors.jsonl.
// Of ezuser.php and pluggable.php only the functions named below are run: the files ask for the whole program.
// Passwords of eZ Publish's type 4 are made by the site's MySQL, and those of type 6 by PHP, here with a salt given:
// PHP 5 chose one of MD5's crypt. Ibexa, which eZ Publish became, made another thing of type 6; PHP makes its values here,
// for less work than it asks for, and Ibexa accepts them.
namespace OCP {
    interface IConfig {}
}
namespace OCP\Security {
    interface IHasher {}
}
namespace Ibexa\Contracts\Core\Repository {
    interface PasswordHashService {}
}
namespace Ibexa\Contracts\Core\Repository\Values\User {
    class User {
        public const PASSWORD_HASH_BCRYPT = 6;
        public const PASSWORD_HASH_PHP_DEFAULT = 7;
        public const PASSWORD_HASH_ARGON2I = 8;
        public const PASSWORD_HASH_ARGON2ID = 9;
        public const PASSWORD_HASH_INVALID = 256;
    }
}
namespace Magento\Framework\Encryption {
    interface EncryptorInterface {}
    class KeyValidator {}
}
namespace Magento\Framework\Encryption\Helper {
    class Security { public static function compareStrings($one, $other) { return hash_equals($one, $other); } }
}
namespace Magento\Framework\App {
    class DeploymentConfig { public function get(string $_) { return 'a key of the shop'; } }
}
namespace Magento\Framework\Math {
    class Random {
        public function getRandomString(int $length): string { return substr(bin2hex(random_bytes($length)), 0, $length); }
    }
}
namespace Magento\Customer\Model\ResourceModel\Customer {
    class CollectionFactory {
        public function __construct(private $customer) {}
        public function create() { return new Collection($this->customer); }
    }
    class Collection {
        public function __construct(private $customer) {}
        public function addAttributeToSelect($_) {}
        public function getItems() { return [$this->customer]; }
    }
}
namespace Symfony\Component\Console\Command {
    class Command { public function __construct() {} }
}
namespace Symfony\Component\Console\Input {
    interface InputInterface {}
    class None implements InputInterface {}
}
namespace Symfony\Component\Console\Output {
    interface OutputInterface {}
    class None implements OutputInterface { public function write($_) {} public function writeln($_) {} }
}
namespace {
$sources = rtrim($argv[1], '/');

class Settings implements OCP\IConfig {
    public function __construct(private array $values) {}
    public function getSystemValue(string $name, $default) { return $this->values[$name] ?? $default; }
    public function getSystemValueInt(string $name, int $default): int { return $this->values[$name] ?? $default; }
    public function getSystemValueBool(string $name, bool $default): bool { return $this->values[$name] ?? $default; }
}
class eZDebugSetting { public static function writeDebug(...$_) {} }
class Customer {
    public function __construct(private string $hash) {}
    public function getId() { return 1; }
    public function load($_) {}
    public function save() {}
    public function getPasswordHash() { return $this->hash; }
    public function setPasswordHash(string $hash) { $this->hash = $hash; }
}
function apply_filters(string $name, $value, ...$_) {
    return $name === 'wp_hash_password_options' ? ['cost' => 5] : $value;
}

function tell(string $format, $stored, string $password, string $source, array $more = []): void {
    echo json_encode(['format' => $format, 'stored' => $stored, 'password' => $password, 'source' => $source] + $more,
        JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE), "\n";
}

// What the program itself says of the password and of another one.
function agreed(callable $accepts, string $password): void {
    $accepts($password) && !$accepts("x$password") || throw new Exception('the program does not take its own value');
}

// One function out of a file that cannot be loaded alone.
function borrowed(string $file, string $name): string {
    $tokens = token_get_all(file_get_contents($file));
    $text = '';
    $depth = 0;
    foreach ($tokens as $at => $token) {
        $piece = is_array($token) ? $token[1] : $token;
        if ($text === '' && !(is_array($token) && $token[0] === T_FUNCTION && ($tokens[$at + 2][1] ?? '') === $name)) {
            continue;
        }
        $text .= $piece;
        $depth += match ($piece) { '{', '${' => 1, '}' => -1, default => 0 };
        if ($piece === '}' && $depth === 0) {
            break;
        }
    }
    return $text;
}

// Two programs have a class of the same name.
foreach (['owncloud' => 'OwnCloud', 'nextcloud' => 'Nextcloud'] as $folder => $namespace) {
    $text = file_get_contents("$sources/$folder/Hasher.php");
    $text = str_replace('namespace OC\Security;', "namespace $namespace;", $text, $times);
    $times === 1 || throw new Exception($folder);
    eval(substr($text, strlen('<?php')));
}
require "$sources/ibexa/PasswordHashService.php";
require "$sources/magento2/Encryptor.php";
require "$sources/magento2/UpgradeHashAlgorithmCommand.php";
eval(borrowed("$sources/wordpress/pluggable.php", 'wp_hash_password'));
eval(borrowed("$sources/wordpress/pluggable.php", 'wp_check_password'));
preg_match_all('/^ *const PASSWORD_HASH_\w+ = \d+;/m', file_get_contents("$sources/ezpublish/ezuser.php"), $constants);
$functions = array_map(fn($name) => 'public static ' . borrowed("$sources/ezpublish/ezuser.php", $name), ['createHash', 'authenticateHash']);
eval('class eZUser {' . implode(' ', [...$constants[0], ...$functions]) . '}');

$secret = 'a secret of the site';
$encryptor = new Magento\Framework\Encryption\Encryptor(
    new Magento\Framework\Math\Random(), new Magento\Framework\App\DeploymentConfig(), new Magento\Framework\Encryption\KeyValidator());
$upgraded = function (string $hash) use ($encryptor): string {
    $customer = new Customer($hash);
    $command = new Magento\Customer\Console\Command\UpgradeHashAlgorithmCommand(
        new Magento\Customer\Model\ResourceModel\Customer\CollectionFactory($customer), $encryptor);
    (new ReflectionMethod($command, 'execute'))->invoke(
        $command, new Symfony\Component\Console\Input\None(), new Symfony\Component\Console\Output\None());
    return $customer->getPasswordHash();
};
$ezpublish = function (string $login, string $p, int $type, ?string $salt = null) use ($secret): void {
    $site = $type === eZUser::PASSWORD_HASH_MD5_SITE ? $secret : null;
    $hash = eZUser::createHash($login, $p, $site, $type, $salt ?? false);
    agreed(fn($typed) => eZUser::authenticateHash($login, $typed, $site, $type, $hash), $p);
    $stored = ['hash' => $hash, 'username' => $login, 'password_hash_type' => $type] + ($site ? ['pepper' => $site] : []);
    tell('ezpublish', $stored, $p, 'eZ Publish eZUser::createHash (31d3504a)', $type > 3 ? ['by_word_only' => true] : []);
};
$ibexa = function (string $p, int $type, $algorithm, array $options): void {
    $hash = password_hash($p, $algorithm, $options);
    $service = new Ibexa\Core\Repository\User\PasswordHashService($type);
    agreed(fn($typed) => $service->isValidPassword($typed, $hash, $type), $p);
    tell('ezpublish', ['hash' => $hash, 'username' => 'Jo', 'password_hash_type' => $type], $p,
        "PHP's password_hash(), accepted by Ibexa's PasswordHashService (0b74425c)", ['by_word_only' => true]);
};

foreach (['samekey-dev-1', 'Åse 海-2', str_repeat('Åse-2 🐟 ', 9) . 'end'] as $number => $p) {
    $long = $number === 2;
    if (!$long) {
        foreach (range(1, 3) as $type) {
            $ezpublish('Jo', $p, $type);
        }
        $ezpublish('ÅSE', $p, 2);
        $ezpublish('Jo', $p, 5);
        $ibexa($p, 6 + $number, PASSWORD_BCRYPT, ['cost' => 5]);
        $ibexa($p, 8 + $number, $number ? PASSWORD_ARGON2ID : PASSWORD_ARGON2I, ['memory_cost' => 64, 'time_cost' => 1]);
        $ezpublish('Jo', $p, 6, '$1$' . bin2hex(random_bytes(4)) . '$');
        // ownCloud before 8 wrote phpass' bcrypt over password and secret, which its Hasher still lets in; PHP makes it.
        $own = new OwnCloud\Hasher(new Settings(['passwordsalt' => $secret, 'hashingCost' => 5]));
        $hash = '$2a' . substr(password_hash($p . $secret, PASSWORD_BCRYPT, ['cost' => 5]), 3);
        agreed(fn($typed) => $own->verify($typed, $hash), $p);
        tell('owncloud_bcrypt_pepper', ['hash' => $hash, 'pepper' => $secret], $p, "PHP's password_hash(), accepted by ownCloud's Hasher (06972b02)");
        agreed(fn($typed) => $own->verify($typed, sha1($p)), $p);
        tell('raw_sha1', sha1($p), $p, "PHP's sha1(), accepted by ownCloud's Hasher (06972b02)");
        $hash = $own->hash($p);
        agreed(fn($typed) => $own->verify($typed, $hash), $p);
        tell('nextcloud', $hash, $p, 'ownCloud Hasher (06972b02)');
        // Nextcloud's third version, its first by the setting, and its second by a PHP without argon2id, whose string PHP makes.
        $cheap = ['hashingMemoryCost' => 64, 'hashingTimeCost' => 1, 'hashingThreads' => 1, 'hashingCost' => 5, 'passwordsalt' => $secret];
        $next = new Nextcloud\Hasher(new Settings($cheap));
        $first = new Nextcloud\Hasher(new Settings(['hashing_default_password' => true] + $cheap));
        $second = '2|' . password_hash($p, PASSWORD_ARGON2I, ['memory_cost' => 64, 'time_cost' => 2, 'threads' => 2]);
        $made = [[$next->hash($p), 'Nextcloud Hasher (007be83a)'], [$first->hash($p), 'Nextcloud Hasher (007be83a)'],
            [$second, "PHP's password_hash(), accepted by Nextcloud's Hasher (007be83a)"]];
        foreach ($made as [$hash, $source]) {
            agreed(fn($typed) => $next->verify($typed, $hash), $p);
            tell('nextcloud', $hash, $p, $source);
        }
        agreed(fn($typed) => $next->verify($typed, '$2a' . substr(password_hash($p . $secret, PASSWORD_BCRYPT, ['cost' => 5]), 3)), $p);
        // Each version of Magento 2, salts of several lengths, and what its command makes of an older value; few of
        // each, since versions 2 and 3 take their time and ask for 64 MiB.
        $made = $number === 0
            ? [$encryptor->getHash($p, true, 0), $encryptor->getHash($p, 16, 2), $upgraded($encryptor->getHash($p, 'short', 0))]
            : [$encryptor->getHash($p, true, 1), $encryptor->getHash($p, true), $encryptor->getHash($p, 'short', 3)];
        foreach ($made as $hash) {
            agreed(fn($typed) => $encryptor->isValidHash($typed, $hash), $p);
            tell('magento2', $hash, $p, substr_count($hash, ':') > 2
                ? 'Magento 2 customer:hash:upgrade (130841eb) over Encryptor (4dbca70e)' : 'Magento 2 Encryptor (4dbca70e)');
        }
    }
    // WordPress takes blanks off both ends, of the password that it stores and of the one that is typed at its door.
    foreach ($number === 0 ? [$p, " $p\t"] : [$p] as $typed) {
        $hash = wp_hash_password($typed);
        agreed(fn($again) => wp_check_password(trim($again), $hash), $typed);
        tell('wordpress_bcrypt', $hash, $typed, 'WordPress 6.8 wp_hash_password');
    }
}
}
