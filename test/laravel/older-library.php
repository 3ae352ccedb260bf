<?php

// Calls of pusher/pusher-php-server 4, as Laravel 5 to 8 had it: argv is vendor folder, port and the application's credentials.

use Pusher\Pusher;

[, $vendor, $port, $id, $key, $secret] = $argv;
require "$vendor/autoload.php";

$options = ['host' => '127.0.0.1', 'port' => (int) $port, 'scheme' => 'http'];
$pusher = new Pusher($key, $secret, $id, $options);
$forger = new Pusher($key, 'not the secret', $id, $options + ['debug' => true]);

echo json_encode([
    'trigger' => $pusher->trigger(['orders', 'presence-room'], 'shipped', ['n' => 1]),
    'except' => $pusher->trigger('orders', 'shipped', 'text', '1.1'),
    'batch' => $pusher->triggerBatch([
        ['channel' => 'orders', 'name' => 'batched', 'data' => ['n' => 2]],
        ['channel' => 'private-x', 'name' => 'batched', 'data' => 'y'],
    ]),
    'forged' => $forger->trigger('orders', 'shipped', [])['status'],
    'channel' => $pusher->get_channel_info('presence-room', ['info' => 'user_count']),
    'channels' => $pusher->get_channels(['filter_by_prefix' => 'presence-']),
    'users' => $pusher->get_users_info('presence-room'),
    'connections' => $pusher->get('/connections')['result'],
]);
