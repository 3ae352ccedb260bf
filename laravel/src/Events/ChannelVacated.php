<?php

namespace Resound\Events;

use Carbon\CarbonImmutable;

/**
 * The last subscriber of a channel has left.
 */
class ChannelVacated extends ServerEvent
{
    public function __construct(
        public readonly string $channel,
        string $application,
        CarbonImmutable $sentAt,
    ) {
        parent::__construct($application, $sentAt);
    }
}
