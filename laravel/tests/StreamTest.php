<?php

namespace Resound\Tests;

use Closure;
use GuzzleHttp\Client;
use GuzzleHttp\Handler\MockHandler;
use GuzzleHttp\HandlerStack;
use GuzzleHttp\Middleware;
use GuzzleHttp\Psr7\Response;
use Illuminate\Contracts\Broadcasting\Factory;
use Illuminate\Redis\Connections\Connection;
use Psr\Http\Message\RequestInterface;
use Psr\Log\AbstractLogger;
use Pusher\Pusher;
use Resound\Broadcasting\EventStreams;
use Resound\Broadcasting\IdempotencyKey;
use Resound\Broadcasting\StreamBroadcaster;
use Resound\Broadcasting\StreamPusher;
use RuntimeException;
use Stringable;

class StreamTest extends TestCase
{
    /**
     * The arguments of each script that Redis has run.
     *
     * @var list<list<string>>
     */
    private array $appended = [];

    /**
     * @var list<RequestInterface>
     */
    private array $sent = [];

    /**
     * @var list<string>
     */
    private array $lines = [];

    public function test_an_event_is_appended_to_the_stream_of_each_channel_with_a_signature(): void
    {
        $this->broadcaster(fn () => 1)->broadcast(['orders.1', 'orders.2', 'orders.1'], 'shipped', ['id' => 7, 'socket' => '1.2']);
        $this->assertSame([], $this->sent);
        $channels = [];

        foreach ($this->appended as [$entries, , , $wake, $application, $auth, $body]) {
            parse_str($auth, $query);
            $this->assertSame($query, Pusher::build_auth_query_params('key', 'secret', 'POST', '/apps/1/events', ['body_md5' => md5($body)], '1.0', $this->text($query['auth_timestamp'] ?? null)));
            $call = json_decode($body, true);
            $this->assertIsArray($call);
            $this->assertSame(['shipped', '{"id":7}', '1.2'], [$call['name'], $call['data'], $call['socket_id']]);
            $names = $call['channels'] ?? [$call['channel']];
            $this->assertIsArray($names);

            foreach ($names as $name) {
                $number = EventStreams::of($this->text($name));
                $this->assertSame(["test:stream:{{$number}}:entries", "test:stream:{{$number}}:wake", '1'], [$entries, $wake, $application]);
                $channels[] = $this->text($name);
            }
        }

        sort($channels);
        $this->assertSame(['orders.1', 'orders.2'], array_values(array_unique($channels)));
    }

    public function test_each_entry_of_an_event_has_a_key_of_its_own_which_is_the_same_when_it_is_repeated(): void
    {
        $broadcaster = $this->broadcaster(fn () => 1);
        $channels = array_map(fn (int $number) => "orders.{$number}", range(1, 40));

        for ($try = 0; $try < 2; $try++) {
            $this->app->make(IdempotencyKey::class)->during('shipped', fn () => $broadcaster->broadcast($channels, 'shipped', []));
        }

        $bodies = array_column($this->appended, 6);
        $half = intdiv(count($bodies), 2);
        $this->assertSame(array_slice($bodies, 0, $half), array_slice($bodies, $half));
        $keys = array_map(fn (string $body) => $this->text(((array) json_decode($body, true))['idempotency_key'] ?? null), array_slice($bodies, 0, $half));
        $this->assertSame(array_merge(['shipped'], array_map(fn (int $index) => "shipped.{$index}", range(1, $half - 1))), $keys);
    }

    public function test_a_full_stream_and_a_redis_that_is_away_lead_to_http_with_the_same_body_and_one_line(): void
    {
        $broadcaster = $this->broadcaster(fn () => 0);
        $broadcaster->broadcast(['orders'], 'shipped', ['id' => 7]);
        $broadcaster->broadcast(['orders'], 'shipped', ['id' => 8]);
        $this->assertSame(array_column($this->appended, 6), array_map(fn (RequestInterface $request) => (string) $request->getBody(), $this->sent));
        $this->assertCount(1, $this->lines);
        $this->assertStringContainsString('is full', $this->lines[0]);

        unlink("{$this->folder}/storage/framework/resound-stream");
        $broadcaster = $this->broadcaster(fn () => throw new RuntimeException('Connection refused'));
        $broadcaster->broadcast(['orders'], 'shipped', []);
        $broadcaster->broadcast(['orders'], 'shipped', []);
        // The second one does not wait for Redis.
        $this->assertCount(1, $this->appended);
        $this->assertCount(2, $this->sent);
        $this->assertStringContainsString('Connection refused', implode($this->lines));
    }

    public function test_a_connection_that_redis_has_closed_is_opened_again(): void
    {
        $calls = 0;
        $broadcaster = $this->broadcaster(function () use (&$calls) {
            return ++$calls === 2 ? throw new RuntimeException('Redis server went away') : 1;
        });
        $broadcaster->broadcast(['orders'], 'shipped', []);
        $broadcaster->broadcast(['orders'], 'shipped', []);
        $this->assertSame([3, [], []], [$calls, $this->sent, $this->lines]);
    }

    public function test_the_connection_is_there_without_a_line_in_the_configuration(): void
    {
        $this->configure('broadcasting.connections.reverb', ['driver' => 'reverb', 'key' => 'key', 'secret' => 'secret', 'app_id' => '1']);
        $this->assertInstanceOf(StreamBroadcaster::class, $this->app->make(Factory::class)->connection('resound-stream'));
    }

    /**
     * @param  Closure(): int  $answer  what Redis answers
     */
    private function broadcaster(Closure $answer): StreamBroadcaster
    {
        $this->appended = $this->sent = $this->lines = [];
        $run = function (array $arguments) use ($answer): int {
            $this->appended[] = array_map($this->text(...), array_values(array_slice($arguments, 2)));

            return $answer();
        };
        $connection = new class($run) extends Connection
        {
            public function __construct(private readonly Closure $run)
            {
            }

            /**
             * @param  array<array-key, string>|string  $channels
             */
            public function createSubscription($channels, Closure $callback, $method = 'subscribe')
            {
            }

            /**
             * @param  array<array-key, mixed>  $parameters
             */
            public function command($method, array $parameters = [])
            {
                return ($this->run)($parameters);
            }
        };
        $log = new class(fn (string $line) => $this->lines[] = $line) extends AbstractLogger
        {
            public function __construct(private readonly Closure $write)
            {
            }

            public function log($level, string|Stringable $message, array $context = []): void
            {
                ($this->write)((string) $message);
            }
        };
        $streams = new EventStreams(fn () => $connection, 'test:', 10, 'PUBLISH', fn () => $log, "{$this->folder}/storage/framework/resound-stream");
        $stack = HandlerStack::create(new MockHandler(array_fill(0, 5, new Response(200, [], '{}'))));
        $stack->push(Middleware::mapRequest(function (RequestInterface $request): RequestInterface {
            $this->sent[] = $request;

            return $request;
        }));
        $pusher = new StreamPusher('key', 'secret', '1', $streams, ['host' => 'resound.test', 'port' => 80, 'scheme' => 'http'], new Client(['handler' => $stack]));

        return new StreamBroadcaster($pusher, false, $this->app->make(IdempotencyKey::class));
    }

    private function text(mixed $value): string
    {
        return is_scalar($value) ? (string) $value : '';
    }
}
