<?php

// Calls of pusher/pusher-php-server 7: argv is vendor folder, port and the application's credentials.

use Pusher\ApiErrorException;
use Pusher\Pusher;

[, $vendor, $port, $id, $key, $secret] = $argv;
require "$vendor/autoload.php";

$options = ['host' => '127.0.0.1', 'port' => (int) $port, 'scheme' => 'http'];
$pusher = new Pusher($key, $secret, $id, $options);
$forger = new Pusher($key, 'not the secret', $id, $options);

$refused = function (Closure $call): array {
    try {
        return ['answer' => $call()];
    } catch (ApiErrorException $error) {
        return ['status' => $error->getCode(), 'text' => $error->getMessage()];
    }
};

$batch = [
    ['channel' => 'orders', 'name' => 'batched', 'data' => ['n' => 2]],
    ['channel' => 'presence-room', 'name' => 'batched', 'data' => 'y'],
    ['channel' => 'vacant', 'name' => 'batched', 'data' => 'z'],
];

echo json_encode([
    'trigger' => $pusher->trigger(['orders', 'presence-room'], 'shipped', ['n' => 1]),
    'info' => $pusher->trigger(['orders', 'presence-room'], 'shipped', 'text', ['info' => 'user_count,subscription_count', 'socket_id' => '1.1']),
    'batch' => $pusher->triggerBatch($batch),
    'batch with info' => $pusher->triggerBatch(array_map(fn ($event) => $event + ['info' => 'subscription_count'], $batch)),
    'batch without subscribers' => $pusher->triggerBatch([['channel' => 'vacant', 'name' => 'x', 'data' => 'z', 'info' => 'user_count']]),
    'async' => $pusher->triggerAsync('orders', 'later', ['n' => 3])->wait(),
    'to user' => $pusher->sendToUser('7', 'greeting', ['hello' => 'Ann']),
    'forged' => $refused(fn () => $forger->trigger('orders', 'shipped', [])),
    'channels' => $pusher->getChannels(['filter_by_prefix' => 'presence-', 'info' => 'user_count']),
    'no channels' => $pusher->getChannels(['filter_by_prefix' => 'nothing-']),
    'all' => $pusher->getChannels(),
    'channel' => $pusher->getChannelInfo('presence-room', ['info' => 'user_count,subscription_count']),
    'vacant channel' => $pusher->getChannelInfo('vacant'),
    'several attributes' => $pusher->getChannelInfo('orders', ['info' => ['user_count', 'subscription_count']]),
    'users' => $pusher->getPresenceUsers('presence-room'),
    'users of no presence channel' => $refused(fn () => $pusher->getPresenceUsers('vacant')),
    'connections' => $pusher->get('/connections'),
    'as array' => $pusher->get('/connections', [], true),
    'terminate' => $pusher->terminateUserConnections('7'),
    'terminate unknown' => $pusher->terminateUserConnections('unknown-user'),
]);
