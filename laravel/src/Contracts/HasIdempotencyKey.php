<?php

namespace Resound\Contracts;

/**
 * A broadcast event whose call may be repeated: calls with one key deliver the event once.
 */
interface HasIdempotencyKey
{
    /**
     * 1 to 255 printable characters that stand for this event: the same for each attempt to send it, and another for each event.
     */
    public function idempotencyKey(): string;
}
