<?php

namespace Resound\Events;

use Carbon\CarbonImmutable;

/**
 * A connection has subscribed to a channel.
 */
class Subscribed extends ServerEvent
{
    public function __construct(
        public readonly string $channel,
        public readonly string $socketId,
        string $application,
        CarbonImmutable $sentAt,
        public readonly ?string $userId = null,
    ) {
        parent::__construct($application, $sentAt);
    }
}
