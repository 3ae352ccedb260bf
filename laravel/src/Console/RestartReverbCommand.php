<?php

namespace Resound\Console;

use Illuminate\Cache\ArrayStore;
use Illuminate\Cache\NullStore;
use Illuminate\Console\Command;
use Illuminate\Contracts\Cache\Repository;
use Illuminate\Support\InteractsWithTime;
use Symfony\Component\Console\Attribute\AsCommand;

/**
 * Writes into the cache, as Reverb's own command does: so it reaches the servers of all machines that share the cache.
 */
#[AsCommand(name: 'reverb:restart')]
class RestartReverbCommand extends Command
{
    use InteractsWithTime;

    protected $signature = 'reverb:restart';

    protected $description = 'Restart the servers that share the cache of this application';

    public function handle(Repository $cache): int
    {
        if ($cache->getStore() instanceof ArrayStore || $cache->getStore() instanceof NullStore) {
            $this->components->error('The cache store of this application keeps nothing for other processes, so no server would notice. Set CACHE_STORE in .env, or run: php artisan resound:restart');

            return self::FAILURE;
        }

        $cache->forever('laravel:reverb:restart', $this->currentTime());
        $this->components->info('Broadcasting Reverb restart signal.');

        return self::SUCCESS;
    }
}
