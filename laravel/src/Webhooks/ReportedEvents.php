<?php

namespace Resound\Webhooks;

use Carbon\CarbonImmutable;
use Resound\Events;
use Resound\Events\ServerEvent;

/**
 * Reads the events of a webhook's body.
 */
class ReportedEvents
{
    /**
     * @param  list<array<array-key, mixed>>  $events
     * @return list<ServerEvent> without those that this version of the package does not know
     */
    public static function read(array $events, string $application, CarbonImmutable $sentAt): array
    {
        return array_values(array_filter(array_map(fn (array $event) => self::one($event, $application, $sentAt), $events)));
    }

    /**
     * @param  array<array-key, mixed>  $event
     */
    private static function one(array $event, string $application, CarbonImmutable $sentAt): ?ServerEvent
    {
        $text = fn (string $name): string => is_scalar($event[$name] ?? null) ? (string) $event[$name] : '';
        $number = fn (string $name): int => is_numeric($event[$name] ?? null) ? (int) $event[$name] : 0;
        $channel = $text('channel');
        $socket = $text('socket_id');
        $user = isset($event['user_id']) ? $text('user_id') : null;
        $rest = [$application, $sentAt];

        return match ($text('name')) {
            'channel_occupied' => new Events\ChannelOccupied($channel, ...$rest),
            'channel_vacated' => new Events\ChannelVacated($channel, ...$rest),
            'member_added' => new Events\MemberAdded($channel, $user ?? '', ...$rest),
            'member_removed' => new Events\MemberRemoved($channel, $user ?? '', ...$rest),
            'client_event' => new Events\ClientEvent($channel, $text('event'), $text('data'), $socket, $application, $sentAt, $user),
            'cache_miss' => new Events\CacheMiss($channel, ...$rest),
            'subscription_count' => new Events\SubscriptionCount($channel, $number('subscription_count'), ...$rest),
            'connection_opened' => new Events\ConnectionOpened($socket, ...$rest),
            'connection_closed' => new Events\ConnectionClosed($socket, $number('code'), $application, $sentAt, $user),
            'subscribed' => new Events\Subscribed($channel, $socket, $application, $sentAt, $user),
            'unsubscribed' => new Events\Unsubscribed($channel, $socket, $application, $sentAt, $user),
            default => null,
        };
    }
}
