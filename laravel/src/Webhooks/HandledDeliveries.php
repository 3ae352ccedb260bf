<?php

namespace Resound\Webhooks;

use Closure;
use Illuminate\Contracts\Cache\LockProvider;
use Illuminate\Contracts\Cache\Repository;

/**
 * Remembers deliveries, so that each is handled once: the server sends one again whose answer was lost, and an attacker may send one
 * that was read. The signature covers the body alone, so the body counts beside the delivery's id.
 */
class HandledDeliveries
{
    /**
     * Seconds for which one request may handle a delivery while another with the same one waits.
     */
    private const LOCK_SECONDS = 30;

    /**
     * Seconds that a second request waits; the server itself waits five for its answer.
     */
    private const PATIENCE = 3;

    public function __construct(private readonly Repository $cache)
    {
    }

    /**
     * Handles a delivery unless it has been handled, and remembers it when that did not fail.
     *
     * @param  int  $seconds  how long to remember it
     * @param  Closure(): void  $handle
     */
    public function once(string $delivery, string $body, int $seconds, Closure $handle): void
    {
        $keys = array_map(fn (string $text) => 'resound:delivery:'.hash('sha256', $text), ["id:{$delivery}", "body:{$body}"]);

        $attempt = function () use ($keys, $seconds, $handle): void {
            foreach ($keys as $key) {
                if ($this->cache->has($key)) {
                    return;
                }
            }

            $handle();

            foreach ($keys as $key) {
                $this->cache->put($key, true, $seconds);
            }
        };

        $store = $this->cache->getStore();

        if ($store instanceof LockProvider) {
            $store->lock("{$keys[1]}:lock", self::LOCK_SECONDS)->block(self::PATIENCE, $attempt);
        } else {
            $attempt();
        }
    }
}
