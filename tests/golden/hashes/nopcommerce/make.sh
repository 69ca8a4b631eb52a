#!/bin/sh
# Values made by nopCommerce's own classes: its EncryptionService of 2.x over ASP.NET's FormsAuthentication, that of 4.0,
# and the HashHelper that later versions call with the same text; each is made again from what is stored, as its
# PasswordsMatch does at a login, and must be the same, and another for another password. FOLDER holds
#   EncryptionService.2.cs   src/Libraries/Nop.Services/Security/EncryptionService.cs of nopSolutions/nopCommerce at 002efcda
#   EncryptionService.cs     the same file in tianyingchun/nopCommerce at f04f86b1: version 4.0
#   HashHelper.cs            src/Libraries/Nop.Core/HashHelper.cs of nopSolutions/nopCommerce at 174426a8
# apt-get install mono-mcs libmono-system-web4.0-cil; sh make.sh FOLDER > vectors.jsonl
# What a site writes is named by its setting HashedPasswordFormat.
set -eu
work=$(mktemp -d)
trap 'rm -r "$work"' EXIT
cp "$1/EncryptionService.cs" "$1/HashHelper.cs" "$work"
sed 's/namespace Nop.Services.Security/namespace Second/' "$1/EncryptionService.2.cs" > "$work/EncryptionService.2.cs"
cat > "$work/Make.cs" << 'END'
using System;
using System.Text;

namespace Nop.Core.Domain.Security {
    public class SecuritySettings { public string EncryptionKey { get; set; } }
}
namespace Nop.Services.Security {
    public interface IEncryptionService {}
}
namespace Second {
    public interface IEncryptionService {}
}
public class Make {
    static void Tell(Func<string, string> hashed, string salt, string password, string source, string more = "") {
        string stored = hashed(password);
        if (stored != hashed(password) || stored == hashed("x" + password)) throw new Exception(source);
        string told = "{\"format\": \"nopcommerce\", \"stored\": {\"hash\": \"" + stored + "\", \"salt\": \"" + salt + "\"}, ";
        Console.Out.Write(told + "\"password\": \"" + password + "\", \"source\": \"" + source + "\"" + more + "}\n");
    }
    public static void Main() {
        Console.OutputEncoding = new UTF8Encoding(false);
        var second = new Second.EncryptionService();
        var fourth = new Nop.Services.Security.EncryptionService(new Nop.Core.Domain.Security.SecuritySettings());
        foreach (string password in new[] {"samekey-dev-1", "\u00c5se \u6d77-2"}) {
            string salt = second.CreateSaltKey(5);
            Tell(typed => second.CreatePasswordHash(typed, salt), salt, password, "nopCommerce 2 EncryptionService (002efcda)");
            foreach (string format in new[] {"SHA1", "SHA512"}) {
                string another = fourth.CreateSaltKey(5);
                Tell(typed => fourth.CreatePasswordHash(typed, another, format), another, password, "nopCommerce 4.0 EncryptionService (f04f86b1)");
            }
            foreach (string format in new[] {"MD5", "SHA256", "SHA384"}) {
                string another = fourth.CreateSaltKey(5);
                Tell(typed => Nop.Core.HashHelper.CreateHash(Encoding.UTF8.GetBytes(string.Concat(typed, another)), format), another, password, "nopCommerce HashHelper (174426a8)", ", \"by_word_only\": true");
            }
        }
    }
}
END
mcs -nowarn:618 -r:System.Web.dll -out:"$work/make.exe" "$work"/*.cs >&2
mono "$work/make.exe"
