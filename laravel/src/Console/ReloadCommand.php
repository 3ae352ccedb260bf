<?php

namespace Resound\Console;

use Symfony\Component\Console\Attribute\AsCommand;

#[AsCommand(name: 'resound:reload')]
class ReloadCommand extends ServerCommand
{
    protected $signature = 'resound:reload';

    protected $description = 'Have the running Resound server read its configuration and certificates again';

    protected function word(): string
    {
        return 'reload';
    }
}
