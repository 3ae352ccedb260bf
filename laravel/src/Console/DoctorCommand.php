<?php

namespace Resound\Console;

use Symfony\Component\Console\Attribute\AsCommand;

#[AsCommand(name: 'resound:doctor')]
class DoctorCommand extends ServerCommand
{
    protected $signature = 'resound:doctor'.self::CONFIG_OPTIONS.'
                {--json : Print the report as one JSON object}';

    protected $description = 'Check the way of an event from .env to the browser';

    protected function word(): string
    {
        return 'doctor';
    }
}
