<?php

namespace Resound\Broadcasting;

use Closure;
use Illuminate\Redis\Connections\Connection;
use Illuminate\Redis\Connections\PhpRedisConnection;
use Psr\Log\LoggerInterface;
use Throwable;

/**
 * The Redis Streams from which the server reads events. Each channel has one of them, which keeps its order.
 */
class EventStreams
{
    /**
     * As many as the server reads.
     */
    private const STREAMS = 16;

    /**
     * Seconds for which a process sends events over HTTP after Redis has failed.
     */
    private const PAUSE = 5;

    /**
     * Seconds between two lines in the log, over all processes.
     */
    private const QUIET = 600;

    /**
     * Appends an event unless the stream is full, and wakes the server where the stream was empty: else it reads on by itself.
     */
    private const APPEND = <<<'LUA'
        local length = redis.call('XLEN', KEYS[1])
        if length >= tonumber(ARGV[1]) then return 0 end
        redis.call('XADD', KEYS[1], '*', 'app', ARGV[4], 'auth', ARGV[5], 'body', ARGV[6])
        if length > 0 then return 1 end
        local woken = redis.pcall(ARGV[2], ARGV[3], '')
        if type(woken) == 'table' and woken.err then redis.call('PUBLISH', ARGV[3], '') end
        return 1
        LUA;

    private ?Connection $connection = null;

    private float $pausedUntil = 0;

    /**
     * @param  Closure(): Connection  $connect  a connection that puts nothing before the names of keys
     * @param  'PUBLISH'|'SPUBLISH'  $publish  the latter in a Redis Cluster
     * @param  Closure(): LoggerInterface  $log
     * @param  string  $marker  a file that exists since the last line in the log
     */
    public function __construct(
        private readonly Closure $connect,
        private readonly string $prefix,
        private readonly int $maxLength,
        private readonly string $publish,
        private readonly Closure $log,
        private readonly string $marker,
    ) {
    }

    /**
     * The stream of a channel.
     */
    public static function of(string $channel): int
    {
        return crc32($channel) % self::STREAMS;
    }

    /**
     * Appends the call `POST /apps/{application}/events`. Without a Redis, or where the stream is full, the answer is false, and the log
     * says why.
     */
    public function append(int $stream, string $application, string $auth, string $body): bool
    {
        if ($this->pausedUntil > 0 && microtime(true) < $this->pausedUntil) {
            return false;
        }

        $name = "{$this->prefix}stream:{{$stream}}";
        $isKept = $this->connection !== null;

        try {
            try {
                $answer = $this->run($name, $application, $auth, $body);
            } catch (Throwable $error) {
                $this->connection = null;

                // A connection that Redis has closed since the last event: this one was not sent.
                if (! $isKept || preg_match('/went away|connection (lost|closed)/i', $error->getMessage()) !== 1) {
                    throw $error;
                }

                $answer = $this->run($name, $application, $auth, $body);
            }
        } catch (Throwable $error) {
            // An answer that comes late must not be taken for that of the next call.
            $this->connection = null;
            $this->pausedUntil = microtime(true) + self::PAUSE;
            $this->say("Redis cannot be used: {$error->getMessage()}");

            return false;
        }

        $this->pausedUntil = 0;

        if ($answer === 1) {
            return true;
        }

        $this->say("the stream {$name}:entries is full (RESOUND_STREAM_MAX_LENGTH): no server reads it, or events come faster than it reads");

        return false;
    }

    private function run(string $name, string $application, string $auth, string $body): mixed
    {
        $this->connection ??= ($this->connect)();
        $arguments = ["{$name}:entries", $this->maxLength, $this->publish, "{$name}:wake", $application, $auth, $body];

        return $this->connection instanceof PhpRedisConnection
            ? $this->connection->eval(self::APPEND, 1, ...$arguments)
            : $this->connection->command('eval', [self::APPEND, 1, ...$arguments]);
    }

    /**
     * Writes a line to the log, unless there is one of a moment ago.
     */
    private function say(string $reason): void
    {
        clearstatcache(true, $this->marker);

        if (is_file($this->marker) && (int) filemtime($this->marker) > time() - self::QUIET) {
            return;
        }

        // A folder that cannot be written to costs a line for each event, and no event.
        @touch($this->marker);
        ($this->log)()->warning("Events go to the server over HTTP and not through its streams, since {$reason}.");
    }
}
