<?php

namespace Resound\Tests;

use Carbon\CarbonImmutable;
use Illuminate\Contracts\Events\Dispatcher;
use Illuminate\Contracts\Http\Kernel;
use Illuminate\Http\Request;
use Resound\Events\ChannelOccupied;
use Resound\Events\MemberAdded;
use Resound\Events\ServerEvent;
use Resound\Webhooks\ReportedEvents;
use RuntimeException;

class WebhookTest extends TestCase
{
    private const OCCUPIED = ['name' => 'channel_occupied', 'channel' => 'orders'];

    /**
     * @var list<ServerEvent>
     */
    private array $heard = [];

    protected function setUp(): void
    {
        parent::setUp();
        $this->boot("RESOUND_WEBHOOKS=true\nREVERB_APP_ID=7\nREVERB_APP_KEY=key\nREVERB_APP_SECRET=secret\n");
        $this->configure('reverb.apps.apps', [['app_id' => 8, 'key' => 'second', 'secret' => 'its-secret']]);
        $this->heard = [];
        $this->app->make(Dispatcher::class)->listen('Resound\Events\*', function (string $name, array $data): void {
            foreach ($data as $event) {
                if ($event instanceof ServerEvent) {
                    $this->heard[] = $event;
                }
            }
        });
    }

    public function test_each_application_signs_with_its_own_secret(): void
    {
        $this->assertSame(204, $this->post([self::OCCUPIED]));
        $this->assertSame(204, $this->post([self::OCCUPIED], key: 'second', secret: 'its-secret'));
        $this->assertSame(['7', '8'], array_map(fn (ServerEvent $event) => $event->application, $this->heard));
        $this->assertSame(401, $this->post([self::OCCUPIED], key: 'second'));
        $this->assertSame(401, $this->post([self::OCCUPIED], key: '', secret: ''));
        $this->assertSame(401, $this->post([self::OCCUPIED], key: 'unknown'));
        $this->assertCount(2, $this->heard);
    }

    public function test_a_report_counts_once_by_its_id_and_by_its_body(): void
    {
        $now = CarbonImmutable::now()->getTimestampMs();
        $this->assertSame(204, $this->post([self::OCCUPIED], time: $now, delivery: 'a'));
        $this->assertSame(204, $this->post([self::OCCUPIED], time: $now, delivery: 'b'));
        $this->assertSame(204, $this->post([self::OCCUPIED], time: $now + 1, delivery: 'a'));
        $this->assertCount(1, $this->heard);
    }

    public function test_a_report_is_taken_within_the_window_alone(): void
    {
        $now = CarbonImmutable::now()->getTimestampMs();
        $this->configure('resound.webhooks.window', 60);
        $this->assertSame(403, $this->post([self::OCCUPIED], time: $now - 61_000));
        $this->assertSame(403, $this->post([self::OCCUPIED], time: $now + 65_000));
        $this->assertSame(204, $this->post([self::OCCUPIED], time: $now - 30_000));
    }

    public function test_a_report_whose_listener_failed_is_handled_again(): void
    {
        $now = CarbonImmutable::now()->getTimestampMs();
        $calls = 0;
        $this->app->make(Dispatcher::class)->listen(ChannelOccupied::class, function () use (&$calls): void {
            if (++$calls === 1) {
                throw new RuntimeException('The database is away.');
            }
        });
        $this->assertSame(500, $this->post([self::OCCUPIED], time: $now, delivery: 'a'));
        $this->assertSame([], $this->heard);
        $this->assertSame(204, $this->post([self::OCCUPIED], time: $now, delivery: 'a'));
        $this->assertCount(1, $this->heard);
    }

    public function test_a_signed_body_that_is_no_report_is_refused(): void
    {
        foreach (['', 'null', '[]', '{"time_ms":"x","events":[]}', '{"time_ms":1,"events":7}'] as $body) {
            $this->assertSame(422, $this->send($body, 'key', 'secret', 'a'));
        }
    }

    public function test_events_of_the_future_and_broken_ones_are_left_out(): void
    {
        $events = [['name' => 'of_the_future'], [], ['name' => ['x']], ['name' => 'member_added', 'channel' => 'presence-x', 'user_id' => 7]];
        $read = ReportedEvents::read($events, '1', CarbonImmutable::now());
        $this->assertCount(1, $read);
        $this->assertInstanceOf(MemberAdded::class, $read[0]);
        $this->assertSame('7', $read[0]->userId);
    }

    /**
     * @param  list<array<string, mixed>>  $events
     */
    private function post(array $events, string $key = 'key', string $secret = 'secret', ?int $time = null, ?string $delivery = null): int
    {
        $time ??= CarbonImmutable::now()->getTimestampMs();
        $body = json_encode(['time_ms' => $time, 'events' => $events], JSON_THROW_ON_ERROR);

        return $this->send($body, $key, $secret, $delivery ?? bin2hex(random_bytes(4)));
    }

    private function send(string $body, string $key, string $secret, string $delivery): int
    {
        return $this->app->make(Kernel::class)->handle(Request::create('/resound/webhooks', 'POST', server: [
            'HTTP_X_PUSHER_KEY' => $key,
            'HTTP_X_PUSHER_SIGNATURE' => hash_hmac('sha256', $body, $secret),
            'HTTP_X_RESOUND_DELIVERY' => $delivery,
        ], content: $body))->getStatusCode();
    }
}
