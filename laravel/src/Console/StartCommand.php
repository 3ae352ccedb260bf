<?php

namespace Resound\Console;

use Symfony\Component\Console\Attribute\AsCommand;

#[AsCommand(name: 'resound:start')]
class StartCommand extends ServerCommand
{
    protected $signature = 'resound:start'.self::CONFIG_OPTIONS.'
                {--debug : Show every message that passes through}
                {--dev : Make up an application where none is configured}';

    protected $description = 'Start the Resound server';

    protected function word(): string
    {
        return 'start';
    }

    protected function replacesProcess(): bool
    {
        return true;
    }
}
