#!/bin/sh
# Writes users.ldif as OpenLDAP's own slapcat does. Debian: apt-get install slapd; sh make.sh > users.ldif
set -eu
folder=$(mktemp -d)
trap 'rm -r "$folder"' EXIT
cat > "$folder/slapd.conf" <<END
include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/inetorgperson.schema
modulepath /usr/lib/ldap
moduleload back_ldif
database ldif
suffix "dc=example,dc=test"
directory "$folder"
END
hash() { slappasswd -s "$1 likes tea 1" -h '{SSHA}'; }
slapadd -q -f "$folder/slapd.conf" <<END
dn: dc=example,dc=test
objectClass: dcObject
objectClass: organization
dc: example
o: Example

dn: uid=ann,dc=example,dc=test
objectClass: inetOrgPerson
uid: ann
cn: Ann Lee
givenName: Ann
sn: Lee
mail: ann@example.test
userPassword: $(hash Ann)

dn: uid=ben,dc=example,dc=test
objectClass: inetOrgPerson
uid: ben
cn: Ben Ågren
sn: Ågren
mail: ben@example.test
userPassword: $(hash Ben)
END
slapcat -f "$folder/slapd.conf"
