<?php

namespace Resound\Console;

use Laravel\Reverb\ReverbServiceProvider;
use Symfony\Component\Console\Attribute\AsCommand;

/**
 * Reverb's command with Reverb's options, for Supervisor, Forge, Sail and `composer run dev`.
 */
#[AsCommand(name: 'reverb:start')]
class StartReverbCommand extends StartCommand
{
    protected $signature = 'reverb:start'.self::CONFIG_OPTIONS.'
                {--debug : Show every message that passes through}
                {--dev : Make up an application where none is configured}';

    protected $description = 'Start the Resound server in place of Reverb';

    protected function announce(string $executable): void
    {
        if (class_exists(ReverbServiceProvider::class)) {
            $this->output->getErrorStyle()->writeln(
                "reverb:start runs Resound ({$executable}); RESOUND_REVERB_START=reverb in .env makes it run Laravel Reverb.",
            );
        }
    }
}
