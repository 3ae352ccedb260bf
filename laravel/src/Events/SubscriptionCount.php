<?php

namespace Resound\Events;

use Carbon\CarbonImmutable;

/**
 * A public or private channel has another number of subscriptions.
 */
class SubscriptionCount extends ServerEvent
{
    public function __construct(
        public readonly string $channel,
        public readonly int $count,
        string $application,
        CarbonImmutable $sentAt,
    ) {
        parent::__construct($application, $sentAt);
    }
}
