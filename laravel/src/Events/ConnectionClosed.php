<?php

namespace Resound\Events;

use Carbon\CarbonImmutable;

/**
 * A connection has ended, with this close code.
 */
class ConnectionClosed extends ServerEvent
{
    public function __construct(
        public readonly string $socketId,
        public readonly int $code,
        string $application,
        CarbonImmutable $sentAt,
        public readonly ?string $userId = null,
    ) {
        parent::__construct($application, $sentAt);
    }
}
