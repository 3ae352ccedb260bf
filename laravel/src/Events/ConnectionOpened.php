<?php

namespace Resound\Events;

use Carbon\CarbonImmutable;

/**
 * A client has connected.
 */
class ConnectionOpened extends ServerEvent
{
    public function __construct(
        public readonly string $socketId,
        string $application,
        CarbonImmutable $sentAt,
    ) {
        parent::__construct($application, $sentAt);
    }
}
