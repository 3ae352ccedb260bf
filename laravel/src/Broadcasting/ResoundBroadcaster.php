<?php

namespace Resound\Broadcasting;

use Illuminate\Broadcasting\Broadcasters\PusherBroadcaster;
use Illuminate\Broadcasting\BroadcastException;
use Illuminate\Contracts\Auth\Authenticatable;
use Illuminate\Support\Arr;
use Pusher\ApiErrorException;
use Pusher\Pusher;

/**
 * Laravel's driver `reverb`, with what the server answers besides.
 */
class ResoundBroadcaster extends PusherBroadcaster
{
    /**
     * Channels of one call, as in Pusher's API.
     */
    protected const CHANNELS = 100;

    public function __construct(Pusher $pusher, bool $allowJsonp, private readonly IdempotencyKey $idempotencyKey)
    {
        parent::__construct($pusher, $allowJsonp);
    }

    /**
     * Broadcasts an event, with its idempotency key where it has one.
     *
     * @param  array<array-key, mixed>  $channels
     * @param  string  $event
     * @param  array<array-key, mixed>  $payload
     *
     * @throws BroadcastException
     */
    public function broadcast(array $channels, $event, array $payload = []): void
    {
        $key = $this->idempotencyKey->current();

        if ($key === null) {
            parent::broadcast($channels, $event, $payload);

            return;
        }

        $socket = Arr::pull($payload, 'socket');
        $parameters = $socket === null ? [] : ['socket_id' => $socket];

        foreach (array_chunk(array_values($this->formatChannels($channels)), self::CHANNELS) as $index => $names) {
            // Each call has a body of its own, and a key belongs to one body.
            $parameters['idempotency_key'] = $index === 0 ? $key : "{$key}.{$index}";
            $this->ask(fn () => $this->pusher->trigger($names, $event, $payload, $parameters));
        }
    }

    /**
     * The ids of the users on a presence channel, with or without `presence-` before its name.
     *
     * @return list<string>
     *
     * @throws BroadcastException
     */
    public function presence(string $channel): array
    {
        $name = str_starts_with($channel, 'presence-') ? $channel : "presence-{$channel}";
        $users = $this->get("/channels/{$name}/users")['users'] ?? [];
        $ids = array_map(fn (mixed $user) => is_array($user) ? $user['id'] ?? null : null, is_array($users) ? array_values($users) : []);

        return array_map(fn (mixed $id) => (string) $id, array_values(array_filter($ids, 'is_scalar')));
    }

    /**
     * The last events of a channel, whose name is that of the wire (`private-orders.7`), or those behind a position that an earlier
     * answer has given. The server keeps them where `recovery.history` names the channel.
     *
     * @throws BroadcastException also where no history is kept of the channel
     */
    public function history(string $channel, ?string $since = null, int $limit = 100): History
    {
        $answer = $this->get("/channels/{$channel}/history", ['limit' => $limit] + ($since === null ? [] : ['since' => $since]));
        $events = is_array($answer['events'] ?? null) ? array_values(array_filter($answer['events'], 'is_array')) : [];
        $position = $answer['position'] ?? '';

        return new History($events, is_string($position) ? $position : '', ($answer['complete'] ?? false) === true);
    }

    /**
     * Closes all connections of a user who is signed in, on every node.
     *
     * @throws BroadcastException
     */
    public function terminate(Authenticatable|string|int $user): void
    {
        $id = $this->idOf($user);
        $this->ask(fn () => $this->pusher->terminateUserConnections($id));
    }

    /**
     * Takes a user off the channels whose names fit, such as `private-chat.*`: all connections of a user who is signed in, or a member of
     * a presence channel, on every node. Their clients get `pusher:subscription_error` with the status 403.
     *
     * @throws BroadcastException
     */
    public function unsubscribe(Authenticatable|string|int $user, string $channel): void
    {
        $this->post('/users/'.rawurlencode($this->idOf($user)).'/unsubscribe', ['channel' => $channel]);
    }

    /**
     * Closes one connection by its socket id, wherever in the cluster it is.
     *
     * @throws BroadcastException
     */
    public function close(string $socket): void
    {
        $this->post("/connections/{$socket}/close", []);
    }

    private function idOf(Authenticatable|string|int $user): string
    {
        if ($user instanceof Authenticatable) {
            $user = method_exists($user, 'getAuthIdentifierForBroadcasting')
                ? $user->getAuthIdentifierForBroadcasting()
                : $user->getAuthIdentifier();
        }

        return is_scalar($user) ? (string) $user : '';
    }

    /**
     * @param  array<string, string>  $body
     */
    private function post(string $path, array $body): void
    {
        $json = json_encode((object) $body, JSON_THROW_ON_ERROR);
        $this->ask(fn () => $this->pusher->post($path, $json));
    }

    /**
     * @param  array<string, int|string>  $parameters
     * @return array<array-key, mixed>
     */
    private function get(string $path, array $parameters = []): array
    {
        $answer = $this->ask(fn () => $this->pusher->get($path, $parameters, true));

        return is_array($answer) ? $answer : [];
    }

    /**
     * @template T
     *
     * @param  callable(): T  $call
     * @return T
     */
    protected function ask(callable $call): mixed
    {
        try {
            return $call();
        } catch (ApiErrorException $error) {
            throw new BroadcastException("Pusher error: {$error->getMessage()}.", previous: $error);
        }
    }
}
