# Values made by the scrypt gem's own Ruby, with Tarsnap's library in the place of the gem's copy of it.
# Debian: `apt-get install ruby-ffi libscrypt-kdf1`; lib/ of pbhogan/scrypt at 3fd8137b;
# `ruby make.rb LIB > vectors.jsonl`.
require "digest"
require "ffi"
require "json"
require "openssl"

module SCrypt
  module Ext
    extend FFI::Library
    ffi_lib "libscrypt-kdf.so.1"

    # Only the gem's calibration is missing there, and no one asks for it here.
    def self.attach_function(name, *told, **options)
      super unless name == :sc_calibrate
    end
  end
end
%w[errors security_utils engine password].each { |name| require File.join(File.expand_path(ARGV[0]), "scrypt", name) }

def tell(stored, password)
  raise stored unless SCrypt::Password.new(stored) == password

  puts({ format: "ruby_scrypt", stored: stored.to_s, password:, source: "scrypt gem 3fd8137b" }.to_json)
end

["samekey-dev-1", "Åse-2 🐟"].each do |password|
  tell(SCrypt::Password.create(password, cost: "400$8$1$"), password)
  tell(SCrypt::Password.create(password, cost: "400$8$1$", salt_size: 8), password)
  tell(SCrypt::Password.create(password, cost: "400$8$1$", salt_size: 20), password) # one zero in front: 41 digits
  tell(SCrypt::Password.create(password, cost: "80$8$2$", key_len: 512), password)
  # A salt with zeroes in front of it, which one of 256 has; and the old style, which 40 digits ask for.
  tell(SCrypt::Engine.hash_secret(password, "400$8$1$#{'00' * 2}#{'5a' * 30}"), password)
  tell(SCrypt::Engine.hash_secret(password, "400$8$1$#{'5a' * 20}"), password)
end
