<?php

namespace App\Broadcasting;

use Illuminate\Broadcasting\Broadcasters\PusherBroadcaster;
use Pusher\Pusher;
use RuntimeException;

/** The framework's broadcaster on version 4 of Pusher's library, whose constructor and trigger() take other arguments. */
class OlderPusher extends Pusher
{
    public static function broadcaster(array $config): PusherBroadcaster
    {
        return new PusherBroadcaster(
            new self($config['key'], $config['secret'], $config['app_id'], $config['options'])
        );
    }

    public function trigger($channels, $event, $data, $socket_id = null, $debug = false, $already_encoded = false)
    {
        $except = is_array($socket_id) ? $socket_id['socket_id'] ?? null : $socket_id;
        $response = parent::trigger($channels, $event, $data, $except, true, $already_encoded);

        return ($response['status'] ?? 0) === 200
            ? true
            : throw new RuntimeException('The server refuses: '.json_encode($response));
    }

    public function verifySignature(array $headers, string $body): void
    {
        $this->ensure_valid_signature($headers, $body);
    }

    public function getChannels(array $parameters = []): object
    {
        return $this->get_channels($parameters);
    }

    public function getChannelInfo(string $channel, array $parameters = []): object
    {
        return $this->get_channel_info($channel, $parameters);
    }

    public function getPresenceUsers(string $channel): object
    {
        return $this->get_users_info($channel);
    }
}
