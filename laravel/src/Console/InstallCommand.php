<?php

namespace Resound\Console;

use Illuminate\Console\Command;
use Illuminate\Support\Composer;
use Pusher\Pusher;
use Resound\Install\ExecutableInstaller;
use Resound\Install\InstallFailed;
use Resound\Install\Release;
use Resound\Server\Executable;
use Resound\Server\ExecutableMissing;
use Resound\Server\Program;
use Resound\Server\ServerEnvironment;
use Symfony\Component\Console\Attribute\AsCommand;

/**
 * Makes an application ready for its first event: the executable, .env, Pusher's library, routes and Echo. What is there stays.
 */
#[AsCommand(name: 'resound:install')]
class InstallCommand extends Command
{
    private const LIBRARY = 'pusher/pusher-php-server:^7.2';

    protected $signature = 'resound:install
                {--binary= : An executable of this machine to install, in place of a download}
                {--force : Fetch the executable also where there is one}
                {--without-broadcasting : Leave routes/channels.php, Echo and Composer packages alone}
                {--without-node : Leave the packages of Node.js alone}';

    protected $description = 'Install the executable of Resound and what broadcasting lacks';

    public function handle(
        ExecutableInstaller $installer,
        Release $release,
        Executable $executable,
        Program $program,
        ServerEnvironment $environment,
        Composer $composer,
    ): int {
        try {
            $this->installExecutable($installer, $release, $executable);
            $path = $executable->path();
        } catch (InstallFailed|ExecutableMissing $failure) {
            $this->components->error($failure->getMessage());

            return self::FAILURE;
        }

        // Before Echo is built: Vite reads the lines for the browser.
        $code = $program->run($path, ['install', '--laravel='.$this->laravel->basePath()], $environment->variables(), $this->output);

        if ($code !== self::SUCCESS) {
            return $code;
        }

        if ($this->option('without-broadcasting') !== true) {
            $this->installBroadcasting($composer);
        }

        $this->components->info('Start the server with: php artisan reverb:start');

        return self::SUCCESS;
    }

    private function installExecutable(ExecutableInstaller $installer, Release $release, Executable $executable): void
    {
        $binary = $this->option('binary');
        $target = $executable->installedPath();

        if (is_string($binary) && $binary !== '') {
            $version = $installer->copy($binary, $target);
            $this->components->info("Installed resound {$version} as {$target}.");
        } elseif ($this->option('force') !== true && ($present = $this->present($executable)) !== null) {
            $this->components->info("The executable is there: {$present}.");
        } else {
            $url = $release->url();
            $version = $installer->download($url, $release->sum(), $target);
            $this->components->info("Installed resound {$version} from {$url} as {$target}.");
        }
    }

    private function present(Executable $executable): ?string
    {
        try {
            return $executable->path();
        } catch (ExecutableMissing) {
            return null;
        }
    }

    /**
     * What Laravel's own `install:broadcasting` does, without the package laravel/reverb.
     */
    private function installBroadcasting(Composer $composer): void
    {
        if (! class_exists(Pusher::class)) {
            $composer->setWorkingPath($this->laravel->basePath());

            if (! $composer->requirePackages([self::LIBRARY], output: $this->output)) {
                $this->components->warn('Composer could not add the library that Laravel broadcasts with. Run: composer require '.self::LIBRARY);
            }
        }

        if (file_exists($this->laravel->basePath('routes/channels.php'))) {
            return;
        }

        $options = ['--reverb' => true, '--without-reverb' => true, '--without-node' => $this->option('without-node') === true];
        $definition = $this->getApplication()?->find('install:broadcasting')->getDefinition();
        $known = array_filter($options, fn (string $name) => $definition?->hasOption(substr($name, 2)) ?? false, ARRAY_FILTER_USE_KEY);
        $this->call('install:broadcasting', $known + ['--no-interaction' => ! $this->input->isInteractive()]);
    }
}
