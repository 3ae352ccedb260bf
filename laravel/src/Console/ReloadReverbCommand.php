<?php

namespace Resound\Console;

use Symfony\Component\Console\Attribute\AsCommand;

#[AsCommand(name: 'reverb:reload')]
class ReloadReverbCommand extends ReloadCommand
{
    protected $signature = 'reverb:reload';
}
