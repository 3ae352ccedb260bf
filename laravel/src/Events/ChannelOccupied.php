<?php

namespace Resound\Events;

use Carbon\CarbonImmutable;

/**
 * A channel has its first subscriber.
 */
class ChannelOccupied extends ServerEvent
{
    public function __construct(
        public readonly string $channel,
        string $application,
        CarbonImmutable $sentAt,
    ) {
        parent::__construct($application, $sentAt);
    }
}
