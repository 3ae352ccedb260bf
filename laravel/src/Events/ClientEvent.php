<?php

namespace Resound\Events;

use Carbon\CarbonImmutable;

/**
 * A client has sent an event to the other subscribers (whisper). `$data` is the text that it sent, JSON as a rule.
 */
class ClientEvent extends ServerEvent
{
    public function __construct(
        public readonly string $channel,
        public readonly string $event,
        public readonly string $data,
        public readonly string $socketId,
        string $application,
        CarbonImmutable $sentAt,
        public readonly ?string $userId = null,
    ) {
        parent::__construct($application, $sentAt);
    }
}
