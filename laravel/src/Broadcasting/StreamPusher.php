<?php

namespace Resound\Broadcasting;

use Closure;
use GuzzleHttp\ClientInterface;
use Pusher\Pusher;
use stdClass;

/**
 * Pusher's client, whose events go through a Redis Stream where one is named, and over HTTP otherwise. Both have the same body, so that
 * an idempotency key holds for both ways.
 */
class StreamPusher extends Pusher
{
    private ?int $stream = null;

    /**
     * @param  array<string, mixed>  $options
     */
    public function __construct(
        private readonly string $key,
        private readonly string $secret,
        private readonly string $application,
        private readonly EventStreams $streams,
        array $options = [],
        ?ClientInterface $client = null,
    ) {
        parent::__construct($key, $secret, $application, $options, $client);
    }

    /**
     * Calls a function whose events go through this stream.
     *
     * @param  Closure(): mixed  $trigger
     */
    public function through(int $stream, Closure $trigger): void
    {
        $this->stream = $stream;

        try {
            $trigger();
        } finally {
            $this->stream = null;
        }
    }

    /**
     * @param  mixed  $body
     * @param  array<string, mixed>  $params
     */
    public function post(string $path, $body, array $params = [])
    {
        if ($this->stream !== null && $path === '/events' && $params === [] && is_string($body)) {
            $signed = self::build_auth_query_params($this->key, $this->secret, 'POST', "/apps/{$this->application}/events", ['body_md5' => md5($body)]);

            if ($this->streams->append($this->stream, $this->application, http_build_query($signed), $body)) {
                return new stdClass;
            }
        }

        return parent::post($path, $body, $params);
    }
}
