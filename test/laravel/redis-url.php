<?php

// What Laravel's Redis manager makes of each connection of the input: argv is the vendor folder.

use Illuminate\Redis\RedisManager;

require "$argv[1]/autoload.php";

$manager = new class(null, 'predis', []) extends RedisManager
{
    public function read($connection)
    {
        try {
            return $this->parseConnectionConfiguration($connection);
        } catch (InvalidArgumentException) {
            return 'malformed';
        }
    }
};

echo json_encode(array_map($manager->read(...), json_decode(stream_get_contents(STDIN), true)));
