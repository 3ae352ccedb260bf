<?php

namespace Resound\Broadcasting;

use Illuminate\Broadcasting\BroadcastException;
use Illuminate\Support\Arr;

/**
 * The driver `resound-stream`: an event is appended to a Redis Stream, which the server reads. An event for several channels becomes one
 * entry for each of their streams.
 */
class StreamBroadcaster extends ResoundBroadcaster
{
    public function __construct(private readonly StreamPusher $streamPusher, bool $allowJsonp, private readonly IdempotencyKey $key)
    {
        parent::__construct($streamPusher, $allowJsonp, $key);
    }

    /**
     * @param  array<array-key, mixed>  $channels
     * @param  string  $event
     * @param  array<array-key, mixed>  $payload
     *
     * @throws BroadcastException where Redis does not take the event, and the server neither
     */
    public function broadcast(array $channels, $event, array $payload = []): void
    {
        $key = $this->key->current();
        $socket = Arr::pull($payload, 'socket');
        $parameters = $socket === null ? [] : ['socket_id' => $socket];
        $calls = 0;

        foreach ($this->byStream($this->formatChannels($channels)) as $stream => $names) {
            foreach (array_chunk($names, self::CHANNELS) as $chunk) {
                if ($key !== null) {
                    $parameters['idempotency_key'] = $calls++ === 0 ? $key : $key.'.'.($calls - 1);
                }

                $this->streamPusher->through($stream, fn () => $this->ask(
                    fn () => $this->streamPusher->trigger($chunk, $event, $payload, $parameters),
                ));
            }
        }
    }

    /**
     * @param  array<array-key, mixed>  $channels
     * @return array<int, list<string>>
     */
    private function byStream(array $channels): array
    {
        $streams = [];

        foreach (array_filter($channels, 'is_string') as $channel) {
            $streams[EventStreams::of($channel)][] = $channel;
        }

        return $streams;
    }
}
