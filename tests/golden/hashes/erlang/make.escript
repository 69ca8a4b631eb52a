#!/usr/bin/env escript
%% Values made by RabbitMQ's own modules, which `rabbitmqctl add_user` calls.
%% Debian: `apt-get install erlang-base rabbitmq-server` (nothing is started);
%% `ERL_LIBS=/usr/lib/rabbitmq/lib/rabbitmq_server-VERSION/plugins escript make.escript > vectors.jsonl`.

main([]) ->
    io:setopts([{encoding, latin1}]), % bytes as they are
    ok = case application:load(rabbit) of ok -> ok; {error, {already_loaded, _}} -> ok end,
    {ok, Version} = application:get_key(rabbit, vsn),
    [tell(Module, Password, Version)
     || Password <- [<<"samekey-dev-1">>, <<"Åse-2 🐟"/utf8>>],
        Module <- [rabbit_password_hashing_sha256, rabbit_password_hashing_sha512, rabbit_password_hashing_md5]].

tell(Module, Password, Version) ->
    Hash = base64:encode(rabbit_password:hash(Module, Password)),
    file:write(group_leader(), [
        <<"{\"format\":\"rabbitmq\",\"stored\":{\"hash\":\"">>, Hash,
        <<"\",\"hashing_algorithm\":\"">>, atom_to_binary(Module),
        <<"\"},\"password\":\"">>, Password,
        <<"\",\"source\":\"rabbitmq-server ">>, Version, <<"\"}\n">>]).
