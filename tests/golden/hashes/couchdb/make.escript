#!/usr/bin/env escript
%% Values made by CouchDB's own couch_passwords, with what it asks of the rest of the server stood in for here.
%% Debian: `apt-get install erlang-base erlang-crypto`; couch_passwords.erl is src/couch/src/couch_passwords.erl of
%% apache/couchdb at 00687ef8; `escript make.escript couch_passwords.erl > vectors.jsonl`.

main([Source]) ->
    io:setopts([{encoding, latin1}]), % bytes as they are
    {ok, _} = application:ensure_all_started(crypto),
    Stand = filename:join("/tmp", "couch-" ++ os:getpid()),
    Header = filename:join([Stand, "couch", "include", "couch_db.hrl"]),
    ok = filelib:ensure_dir(Header),
    ok = file:write_file(Header, "-define(l2b(V), list_to_binary(V)).\n-define(b2l(V), binary_to_list(V)).\n"),
    ok = filelib:ensure_dir(filename:join([Stand, "couch", "ebin", "x"])),
    true = code:add_pathz(filename:join([Stand, "couch", "ebin"])),
    {ok, Module, Code} = compile:file(Source, [binary, return_errors]),
    {module, Module} = code:load_binary(Module, Source, Code),
    [stand_in(Text) || Text <- [
        "-module(couch_util). -export([to_hex_bin/1, to_hex/1, to_binary/1]).\n"
        "to_hex_bin(V) -> string:lowercase(binary:encode_hex(V)). to_hex(V) -> binary_to_list(to_hex_bin(V)).\n"
        "to_binary(V) -> V.\n",
        "-module(couch_stats). -export([increment_counter/1]).\nincrement_counter(_) -> ok.\n",
        "-module(couch_uuids). -export([random/0]).\n"
        "random() -> couch_util:to_hex_bin(crypto:strong_rand_bytes(16)).\n",
        "-module(chttpd_util). -export([get_chttpd_auth_config/2]).\n"
        "get_chttpd_auth_config(\"iterations\", _) -> \"50\";\n" % the server's own 50000 would keep a test waiting
        "get_chttpd_auth_config(Name, Meant) -> case get(Name) of undefined -> Meant; Value -> Value end.\n"]],
    [tell(Password) || Password <- [<<"samekey-dev-1">>, <<"Åse-2 🐟"/utf8>>]],
    ok = file:del_dir_r(Stand).

stand_in(Text) ->
    {ok, Tokens, _} = erl_scan:string(Text),
    Forms = [begin {ok, Form} = erl_parse:parse_form(Each), Form end || Each <- sentences(Tokens)],
    {ok, Module, Code} = compile:forms(Forms),
    {module, Module} = code:load_binary(Module, "stand-in", Code).

sentences([]) -> [];
sentences(Tokens) ->
    {Sentence, [Dot | Rest]} = lists:splitwith(fun(Token) -> element(1, Token) =/= dot end, Tokens),
    [Sentence ++ [Dot] | sentences(Rest)].

tell(Password) ->
    Salt = couch_uuids:random(),
    line("couchdb_sha1", ["{\"password_sha\":\"", couch_passwords:simple(Password, Salt), "\",\"salt\":\"", Salt,
        "\",\"password_scheme\":\"simple\"}"], Password, "simple"),
    [begin
        Key = couch_passwords:pbkdf2(Prf, Password, Salt, 50),
        line("couchdb_pbkdf2", ["{\"derived_key\":\"", Key, "\",\"salt\":\"", Salt,
            "\",\"iterations\":50,\"password_scheme\":\"pbkdf2\",\"pbkdf2_prf\":\"", atom_to_list(Prf), "\"}"],
            Password, "pbkdf2")
     end || Prf <- [sha, sha256, sha512]],
    [begin
        put("password_scheme", Scheme),
        put("pbkdf2_prf", Prf),
        line("couchdb_admin", ["\"", couch_passwords:hash_admin_password(Password), "\""], Password,
            "hash_admin_password")
     end || {Scheme, Prf} <- [{"simple", "sha"}, {"pbkdf2", "sha"}, {"pbkdf2", "sha256"}, {"pbkdf2", "sha512"}]].

line(Format, Stored, Password, Function) ->
    file:write(group_leader(), [
        "{\"format\":\"", Format, "\",\"stored\":", Stored, ",\"password\":\"", Password,
        "\",\"source\":\"CouchDB 3 couch_passwords:", Function, " (00687ef8)\"}\n"]).
