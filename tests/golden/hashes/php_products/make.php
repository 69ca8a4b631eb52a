<?php
// Values made by PHP programs' own functions, each from the one source file that holds it, with what that file asks of
// its framework stood in for here. SOURCES is a folder with these files, as the projects keep them:
//   cake/Security.php          lib/Cake/Utility/Security.php of cakephp/cakephp at b6d631b9
//   defuse/PasswordStorage.php of defuse/password-hashing at 1dc0ba36
//   garden/XenforoPassword.php src/XenforoPassword.php of vanilla/garden-password at 373966c8: XenForo's logins, read again
//   ion/ion_auth_model.php     models/ion_auth_model.php of benedmunds/CodeIgniter-Ion-Auth at 3162e5db
//   magento/Encryption.php     app/code/core/Mage/Core/Model/Encryption.php of SwiftOtter/magento-mirror at b9fbce5e
//   moodle/moodlelib.php       lib/moodlelib.php of Moodle 1.9 (CityUniversityLondon/moodle19 at 3fa0e8b9)
//   smf/Subs-Auth.php          Sources/Subs-Auth.php of SimpleMachines/SMF at 01b6a9e0
// Debian: apt-get install php-cli php-mbstring; php make.php SOURCES > vectors.jsonl.
// Of moodlelib.php and Subs-Auth.php only the functions named below are run: the files ask for the whole program.
namespace Garden\Password {
    interface PasswordInterface {}
}
namespace {
define('BASEPATH', __DIR__);
$sources = rtrim($argv[1], '/');

class App { public static function uses(...$_) {} }
class Configure {
    public static array $values = [];
    public static function read(string $name) { return self::$values[$name] ?? null; }
}
class CI_Model {}
class MageHelper {
    public function getRandomString(int $length): string {
        $letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
        return implode('', array_map(fn() => $letters[random_int(0, strlen($letters) - 1)], range(1, $length)));
    }
}

function tell(string $format, $stored, string $password, string $source, array $more = []): void {
    echo json_encode(['format' => $format, 'stored' => $stored, 'password' => $password, 'source' => $source] + $more,
        JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE), "\n";
}

// One function out of a file that cannot be loaded alone.
function borrow(string $file, string $name): void {
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
    eval($text);
}

require "$sources/cake/Security.php";
require "$sources/defuse/PasswordStorage.php";
require "$sources/garden/XenforoPassword.php";
require "$sources/ion/ion_auth_model.php";
require "$sources/magento/Encryption.php";
borrow("$sources/moodle/moodlelib.php", 'hash_internal_user_password');
borrow("$sources/smf/Subs-Auth.php", 'hash_password');
borrow("$sources/smf/Subs-Auth.php", 'hash_verify_password');

$secret = 'a secret of the site';
Configure::$values['Security.salt'] = $secret;
$CFG = new stdClass();
$CFG->passwordsaltmain = $secret;
$smcFunc = ['strtolower' => fn(string $text): string => mb_strtolower($text, 'UTF-8')];
$magento = (new Mage_Core_Model_Encryption())->setHelper(new MageHelper());
$ion = (new ReflectionClass('Ion_auth_model'))->newInstanceWithoutConstructor();
$ion->store_salt = false;

foreach (['samekey-dev-1', 'Åse-2 🐟'] as $p) {
    $hash = Security::hash($p, null, true);
    tell('cakephp2', ['hash' => $hash, 'pepper' => $secret], $p, 'CakePHP 2 Security::hash (b6d631b9)');
    tell('defuse_pbkdf2', PasswordStorage::create_hash($p), $p, 'defuse/password-hashing PasswordStorage.php (1dc0ba36)');
    tell('magento1', $magento->getHash($p, 2), $p, 'Magento 1.9 Encryption::getHash (b9fbce5e)');
    tell('magento1', $magento->getHash($p, 32), $p, 'Magento 1.9 Encryption::getHash (b9fbce5e)');
    $hash = hash_internal_user_password($p);
    tell('moodle_md5', ['hash' => $hash, 'pepper' => $secret], $p, 'Moodle 1.9 hash_internal_user_password');
    foreach ([10, 22] as $ion->salt_length) {
        tell('ion_auth', $ion->hash_password($p), $p, 'Ion Auth 2 hash_password (3162e5db)');
    }
    foreach (['Jo', 'ÅSE'] as $name) {
        $stored = ['hash' => hash_password($name, $p, 5), 'username' => $name];
        tell('smf21_bcrypt', $stored, $p, 'SMF 2.1 hash_password (01b6a9e0)', ['by_word_only' => true]);
    }
    foreach (['sha256', 'sha1'] as $function) {
        $stored = (new Garden\Password\XenforoPassword($function))->hash($p);
        tell('xenforo1', $stored, $p, 'garden-password XenforoPassword (373966c8)');
    }
    // XenForo 2 calls these two; an implementation by others lets the result in.
    $stored = serialize(['hash' => password_hash($p, PASSWORD_BCRYPT, ['cost' => 5])]);
    (new Garden\Password\XenforoPassword())->verify($p, $stored) || throw new Exception('not XenForo');
    tell('xenforo_bcrypt_serialized', $stored, $p, 'PHP ' . PHP_VERSION . ' password_hash() and serialize(), accepted by garden-password (373966c8)');
}
}
