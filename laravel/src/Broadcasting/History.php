<?php

namespace Resound\Broadcasting;

/**
 * The last events of a channel, the oldest first.
 */
class History
{
    public function __construct(
        /**
         * Each with `position`, `time_ms`, `name`, `data` (the text that was sent) and, for client events, `user_id`.
         *
         * @var list<array<array-key, mixed>>
         */
        public readonly array $events,
        /** Where the history ends: what is behind it is asked for with `since`. */
        public readonly string $position,
        /** Whether no event between `since` and the first one is missing. */
        public readonly bool $complete,
    ) {
    }
}
