<?php

namespace Resound\Console;

use Symfony\Component\Console\Attribute\AsCommand;

#[AsCommand(name: 'resound:config')]
class ConfigCommand extends ServerCommand
{
    protected $signature = 'resound:config'.self::CONFIG_OPTIONS.'
                {--json : Print it as JSON, with the warnings and errors in it}
                {--dev : Make up an application where none is configured}';

    protected $description = 'Print the configuration of Resound, each value with its source';

    protected function word(): string
    {
        return 'config';
    }
}
