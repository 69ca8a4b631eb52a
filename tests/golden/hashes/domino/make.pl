# Values made by hashcat's own test modules for Lotus Domino 5, 6 and 8, whose programs cannot be had; each module makes
# the value again from itself and the password, and another one for another password.
# FOLDER holds tools/test_modules/m08600.pm, m08700.pm and m09100.pm of hashcat/hashcat (at 8837ec46, 64a59c63, aa21c102).
# Debian: apt-get install perl libcrypt-pbkdf2-perl; perl make.pl FOLDER > vectors.jsonl
# Passwords of 16 or 32 bytes are left out: these modules add no block behind them, and John's values, which `published`
# has, show that there is one. Others than ASCII are, too: nobody shows in which encoding Domino takes them.
use strict;
use warnings;
use JSON::PP;

my $folder = shift;
my $json = JSON::PP->new->canonical->utf8;
sub salt { my $size = shift; return join "", map { chr int rand 256 } 1 .. $size; }

for my $mode ([8600, "8837ec46", 0, undef], [8700, "64a59c63", 5, undef], [9100, "aa21c102", 16, 50]) {
    my ($number, $commit, $salt_bytes, $rounds) = @$mode;
    my $module = sprintf "m%05d", $number;
    eval qq{package $module; sub pack_if_HEX_notation { return shift } do "$folder/$module.pm"; 1} or die $@;
    no strict "refs";
    for my $password ("samekey-dev-1", "a", "a longer password than one block of 16") {
        my $value = &{"${module}::module_generate_hash"}($password, salt($salt_bytes), $rounds);
        my ($again) = &{"${module}::module_verify_hash"}("$value:$password");
        my ($another) = &{"${module}::module_verify_hash"}("$value:x$password");
        die $module unless $again eq $value && $another ne $value;
        $value = "(" . uc($value) . ")" if $number == 8600;    # in brackets and capitals, as Domino has it
        print $json->encode({ format => "lotus_notes", stored => $value, password => $password,
            source => "hashcat's test module $module ($commit)" }), "\n";
    }
}
