<?php

namespace Resound\Webhooks;

use Illuminate\Contracts\Config\Repository;

/**
 * The applications whose webhooks are accepted: those of config/reverb.php, and the one that this application broadcasts with.
 */
class Applications
{
    public function __construct(private readonly Repository $config)
    {
    }

    /**
     * @return array{id: string, secret: string}|null
     */
    public function findByKey(string $key): ?array
    {
        $entries = [...$this->entries('reverb.apps.apps'), ...$this->entries('broadcasting.connections')];

        foreach ($entries as $entry) {
            if (! is_array($entry) || ! in_array($entry['driver'] ?? 'reverb', ['reverb', 'pusher'], true)) {
                continue;
            }

            $secret = $entry['secret'] ?? null;

            if ($key !== '' && is_scalar($entry['key'] ?? null) && (string) $entry['key'] === $key && is_string($secret) && $secret !== '') {
                $id = $entry['app_id'] ?? $entry['id'] ?? '';

                return ['id' => is_scalar($id) ? (string) $id : '', 'secret' => $secret];
            }
        }

        return null;
    }

    /**
     * @return array<array-key, mixed>
     */
    private function entries(string $key): array
    {
        $entries = $this->config->get($key);

        return is_array($entries) ? array_values($entries) : [];
    }
}
