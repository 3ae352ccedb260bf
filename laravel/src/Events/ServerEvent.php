<?php

namespace Resound\Events;

use Carbon\CarbonImmutable;

/**
 * Something that has happened in the server, which a webhook reports.
 */
abstract class ServerEvent
{
    public function __construct(
        /** The id of the application in which it happened. */
        public readonly string $application,
        /** When the server has composed the report. */
        public readonly CarbonImmutable $sentAt,
    ) {
    }
}
