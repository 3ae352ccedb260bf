<?php

namespace Resound\Console;

use Symfony\Component\Console\Attribute\AsCommand;

#[AsCommand(name: 'resound:health')]
class HealthCommand extends ServerCommand
{
    protected $signature = 'resound:health'.self::CONFIG_OPTIONS.'
                {--ready : Ask whether clients should be sent there}';

    protected $description = 'Ask the running Resound server whether it is well';

    protected function word(): string
    {
        return 'health';
    }
}
