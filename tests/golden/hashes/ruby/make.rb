# Values made by Devise with a pepper, by bcrypt-ruby and by Authlogic's SHA-512, of which one file is enough.
# Debian: `apt-get install ruby-devise ruby-bcrypt`; lib/authlogic/crypto_providers/sha512.rb of binarylogic/authlogic
# at 1cda9812; `ruby -I LIB make.rb > vectors.jsonl`.
gem "bcrypt"
gem "devise"
require "json"
require "active_support"
require "active_support/core_ext"
require "authlogic/crypto_providers/sha512"
require "bcrypt"
require "devise"
require "devise/encryptor"

def tell(format, stored, password, source)
  puts({ format:, stored:, password:, source: }.to_json)
end

version = ->(name) { "#{name} #{Gem.loaded_specs.fetch(name).version}" }
Site = Struct.new(:pepper, :stretches)
site = Site.new("a pepper of the site", 5)
["samekey-dev-1", "Åse-2 🐟"].each do |password|
  tell("bcrypt", BCrypt::Password.create(password, cost: 5).to_s, password, version.("bcrypt"))
  hash = Devise::Encryptor.digest(site, password)
  tell("devise_bcrypt_pepper", { hash:, pepper: site.pepper }, password, version.("devise"))
  password_salt = SecureRandom.alphanumeric(20)
  hash = Authlogic::CryptoProviders::Sha512.encrypt(password, password_salt)
  tell("authlogic_sha512", { hash:, password_salt: }, password, "authlogic 1cda9812 Sha512")
end
