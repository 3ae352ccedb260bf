<?php

namespace Resound\Broadcasting;

use Closure;

/**
 * The key of the event that is being broadcast. Laravel gives a broadcaster the name and the data of an event, not the event.
 */
class IdempotencyKey
{
    private ?string $current = null;

    public function current(): ?string
    {
        return $this->current;
    }

    /**
     * Calls a function that broadcasts an event with this key.
     *
     * @param  Closure(): void  $broadcast
     */
    public function during(?string $key, Closure $broadcast): void
    {
        $before = $this->current;
        $this->current = $key;

        try {
            $broadcast();
        } finally {
            $this->current = $before;
        }
    }
}
