<?php

namespace Resound\Events;

use Carbon\CarbonImmutable;

/**
 * A user has joined a presence channel, with the first connection.
 */
class MemberAdded extends ServerEvent
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
