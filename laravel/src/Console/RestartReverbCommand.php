<?php

namespace Resound\Console;

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
        $cache->forever('laravel:reverb:restart', $this->currentTime());
        $this->components->info('Broadcasting Reverb restart signal.');

        return self::SUCCESS;
    }
}
