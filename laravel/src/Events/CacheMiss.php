<?php

namespace Resound\Events;

use Carbon\CarbonImmutable;

/**
 * A client has subscribed to a cache channel that has no event.
 */
class CacheMiss extends ServerEvent
{
    public function __construct(
        public readonly string $channel,
        string $application,
        CarbonImmutable $sentAt,
    ) {
        parent::__construct($application, $sentAt);
    }
}
