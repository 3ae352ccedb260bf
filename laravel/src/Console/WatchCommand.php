<?php

namespace Resound\Console;

use Symfony\Component\Console\Attribute\AsCommand;

#[AsCommand(name: 'resound:watch')]
class WatchCommand extends ServerCommand
{
    protected $signature = 'resound:watch'.'
                {--channel= : Only these channels; * stands for any text}
                {--event= : Only these events}
                {--connection= : Only what this connection does and is sent}
                {--data : The data of each event too}
                {--json : One JSON object a line}';

    protected $description = 'Follow the events, subscriptions and refusals of the running Resound server';

    protected function word(): string
    {
        return 'watch';
    }

    protected function replacesProcess(): bool
    {
        return true;
    }
}
