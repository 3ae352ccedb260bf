<?php

namespace Resound\Webhooks;

use Carbon\CarbonImmutable;
use Illuminate\Contracts\Bus\Dispatcher;
use Illuminate\Contracts\Config\Repository;
use Illuminate\Http\Request;
use Illuminate\Http\Response;

/**
 * Takes a webhook of the server: verifies it, and dispatches its events once.
 */
class WebhookController
{
    public function __construct(
        private readonly Repository $config,
        private readonly Applications $applications,
        private readonly HandledDeliveries $deliveries,
        private readonly Dispatcher $bus,
    ) {
    }

    public function __invoke(Request $request): Response
    {
        $body = $request->getContent();
        $application = $this->applications->findByKey((string) $request->headers->get('X-Pusher-Key'));
        $signature = (string) $request->headers->get('X-Pusher-Signature');

        if ($application === null || ! hash_equals(hash_hmac('sha256', $body, $application['secret']), $signature)) {
            return new Response('The signature is wrong: the server and this application need the same key and secret.', 401);
        }

        $report = json_decode($body, true);

        if (! is_array($report) || ! is_int($report['time_ms'] ?? null) || ! is_array($report['events'] ?? null)) {
            return new Response('This is no report of events.', 422);
        }

        $window = $this->seconds('resound.webhooks.window', 3600);
        $sentAt = CarbonImmutable::createFromTimestampMs($report['time_ms']);

        if (abs(CarbonImmutable::now()->getPreciseTimestamp(3) - $report['time_ms']) > $window * 1000) {
            return new Response("The report was composed at {$sentAt->toIso8601String()}, outside the window of {$window} seconds.", 403);
        }

        $events = ReportedEvents::read(array_values(array_filter($report['events'], 'is_array')), $application['id'], $sentAt);

        // A report may lie in the future by the whole window, and be sent again until it is past.
        $this->deliveries->once((string) $request->headers->get('X-Resound-Delivery'), $body, 2 * $window, fn () => $this->dispatch($events));

        return new Response('', 204);
    }

    /**
     * @param  list<\Resound\Events\ServerEvent>  $events
     */
    private function dispatch(array $events): void
    {
        $job = new DispatchEvents($events);
        $queue = $this->config->get('resound.webhooks.queue');

        if (! is_string($queue) || $queue === '') {
            $this->bus->dispatchNow($job);

            return;
        }

        $connection = $this->config->get('resound.webhooks.connection');
        $this->bus->dispatch($job->onQueue($queue)->onConnection(is_string($connection) && $connection !== '' ? $connection : null));
    }

    private function seconds(string $key, int $default): int
    {
        $value = $this->config->get($key);

        return is_numeric($value) && $value > 0 ? (int) $value : $default;
    }
}
