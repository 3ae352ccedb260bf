<?php

namespace Resound\Events;

use Carbon\CarbonImmutable;

/**
 * The last connection of a user has left a presence channel.
 */
class MemberRemoved extends ServerEvent
{
    public function __construct(
        public readonly string $channel,
        public readonly string $userId,
        string $application,
        CarbonImmutable $sentAt,
    ) {
        parent::__construct($application, $sentAt);
    }
}
