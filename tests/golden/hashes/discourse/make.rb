# Values made by Discourse's own PasswordHasher over its own PBKDF2, as UserPassword calls them; each is made a second
# time from its columns, as UserPassword does at a login, and must be the same, and another for another password.
# FOLDER holds lib/password_hasher.rb (discourse/discourse at 0a9b83a6) and lib/pbkdf2.rb (at 10bdbd48). Of the gem
# xorcist, which Debian does not have, the one function that they ask for is written here.
# Debian: apt-get install ruby ruby-activesupport; ruby make.rb FOLDER > vectors.jsonl
require "json"
require "securerandom"
require "active_support"
require "active_support/core_ext/object/blank"

module Xorcist
  def self.xor!(left, right)
    left.replace(left.bytes.zip(right.bytes).map { |one, other| one ^ other }.pack("C*"))
  end
end
$LOADED_FEATURES << "xorcist.rb"
module Kernel
  alias_method :require_of_ruby, :require
  def require(name)
    name == "xorcist" ? true : require_of_ruby(name)
  end
end
load File.join(ARGV.fetch(0), "pbkdf2.rb")
load File.join(ARGV.fetch(0), "password_hasher.rb")

# Its rounds were 64000 first and are 600000 now; a site may set its own, and these are few for the sake of the tests.
# The salt stands in the column `salt` of users, and since 2024 in `password_salt` of user_passwords.
[["samekey-dev-1", "salt", 64_000], ["Åse 海-2", "password_salt", 3_000], ["Åse-2 🐟 " * 9, "password_salt", 1]].each do |password, column, rounds|
  salt = SecureRandom.hex(16)
  password_algorithm = "$pbkdf2-sha256$i=#{rounds},l=32$"
  password_hash = PasswordHasher.hash_password(password:, salt:, algorithm: password_algorithm)
  again = ->(typed) { PasswordHasher.hash_password(password: typed, salt:, algorithm: password_algorithm) == password_hash }
  raise "not its own value" unless again.(password) && !again.("x" + password)
  stored = { password_hash:, column => salt, password_algorithm: }
  puts({ format: "discourse", stored:, password:, source: "Discourse's PasswordHasher (0a9b83a6)" }.to_json)
end
