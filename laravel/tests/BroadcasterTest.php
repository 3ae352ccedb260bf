<?php

namespace Resound\Tests;

use GuzzleHttp\Handler\MockHandler;
use GuzzleHttp\HandlerStack;
use GuzzleHttp\Middleware;
use GuzzleHttp\Psr7\Response;
use Illuminate\Broadcasting\BroadcastException;
use Illuminate\Contracts\Broadcasting\Factory;
use Illuminate\Contracts\Broadcasting\ShouldBroadcastNow;
use Psr\Http\Message\RequestInterface;
use Resound\Broadcasting\ResoundBroadcaster;
use Resound\Contracts\HasIdempotencyKey;

class BroadcasterTest extends TestCase
{
    /**
     * @var list<RequestInterface>
     */
    private array $sent = [];

    public function test_presence_names_users_and_terminate_ends_their_connections(): void
    {
        $broadcaster = $this->broadcaster(new Response(200, [], '{"users":[{"id":"7"},{"id":8}]}'), new Response(200, [], '{}'));
        $this->assertSame(['7', '8'], $broadcaster->presence('chat.1'));
        $broadcaster->terminate(7);
        $this->assertSame('GET /apps/1/channels/presence-chat.1/users', $this->line(0));
        $this->assertSame('POST /apps/1/users/7/terminate_connections', $this->line(1));
    }

    public function test_a_user_is_taken_off_channels_and_a_connection_is_closed(): void
    {
        $broadcaster = $this->broadcaster(new Response(200, [], '{}'), new Response(200, [], '{}'));
        $broadcaster->unsubscribe('a/b', 'private-chat.*');
        $broadcaster->close('1.2');
        $this->assertSame('POST /apps/1/users/a%2Fb/unsubscribe', $this->line(0));
        $this->assertSame(['channel' => 'private-chat.*'], $this->body(0));
        $this->assertSame('POST /apps/1/connections/1.2/close', $this->line(1));
    }

    public function test_history_is_asked_for_from_a_position(): void
    {
        $broadcaster = $this->broadcaster(new Response(200, [], '{"events":[{"position":"a-2","name":"x"}],"position":"a-2","complete":false}'));
        $history = $broadcaster->history('orders', since: 'a-1', limit: 5);
        $this->assertSame([[['position' => 'a-2', 'name' => 'x']], 'a-2', false], [$history->events, $history->position, $history->complete]);
        parse_str($this->sent[0]->getUri()->getQuery(), $query);
        $this->assertSame(['since' => 'a-1', 'limit' => '5'], ['since' => $query['since'] ?? null, 'limit' => $query['limit'] ?? null]);
    }

    public function test_an_answer_that_is_an_error_is_a_broadcast_exception(): void
    {
        $this->expectException(BroadcastException::class);
        $this->expectExceptionMessage('No history is kept');
        $this->broadcaster(new Response(404, [], 'No history is kept'))->history('orders');
    }

    public function test_each_call_of_an_event_has_a_key_of_its_own(): void
    {
        $this->broadcaster(new Response(200, [], '{}'), new Response(200, [], '{}'), new Response(200, [], '{}'));
        event(new class implements HasIdempotencyKey, ShouldBroadcastNow
        {
            /**
             * @return list<string>
             */
            public function broadcastOn(): array
            {
                return array_map(fn (int $number) => "orders.{$number}", range(1, 101));
            }

            public function idempotencyKey(): string
            {
                return 'shipped';
            }
        });
        event(new class implements ShouldBroadcastNow
        {
            public function broadcastOn(): string
            {
                return 'orders';
            }
        });
        $this->assertSame(['shipped', 'shipped.1', null], array_map(fn (int $index) => $this->body($index)['idempotency_key'] ?? null, [0, 1, 2]));
    }

    private function broadcaster(Response ...$answers): ResoundBroadcaster
    {
        $this->sent = [];
        $stack = HandlerStack::create(new MockHandler(array_values($answers)));
        $stack->push(Middleware::mapRequest(function (RequestInterface $request): RequestInterface {
            $this->sent[] = $request;

            return $request;
        }));
        $this->configure('broadcasting.connections.reverb', [
            'driver' => 'reverb',
            'key' => 'key',
            'secret' => 'secret',
            'app_id' => '1',
            'options' => ['host' => 'resound.test', 'port' => 80, 'scheme' => 'http'],
            'client_options' => ['handler' => $stack],
        ]);
        $broadcaster = $this->app->make(Factory::class)->connection('reverb');
        $this->assertInstanceOf(ResoundBroadcaster::class, $broadcaster);

        return $broadcaster;
    }

    private function line(int $index): string
    {
        $request = $this->sent[$index];

        return "{$request->getMethod()} {$request->getUri()->getPath()}";
    }

    /**
     * @return array<array-key, mixed>
     */
    private function body(int $index): array
    {
        $body = json_decode((string) $this->sent[$index]->getBody(), true);

        return is_array($body) ? $body : [];
    }
}
