<?php

namespace Resound\Console;

use Symfony\Component\Console\Attribute\AsCommand;

#[AsCommand(name: 'resound:restart')]
class RestartCommand extends ServerCommand
{
    protected $signature = 'resound:restart'.'
                {--all : Every node of the cluster, one after the other}
                {--force : Also where the new configuration cannot be used}';

    protected $description = 'Restart the running Resound server';

    protected function word(): string
    {
        return 'restart';
    }
}
