<?php

namespace Resound\Server;

use Illuminate\Contracts\Config\Repository;
use Symfony\Component\Process\ExecutableFinder;

/**
 * Knows where the executable of Resound is.
 */
class Executable
{
    public function __construct(
        private readonly Repository $config,
        private readonly string $basePath,
        private readonly string $storagePath,
    ) {
    }

    /**
     * The path of the executable: the configured one, the installed one, or the one of the PATH.
     *
     * @throws ExecutableMissing when there is none that can be run
     */
    public function path(): string
    {
        $configured = $this->config->get('resound.binary');

        if (is_string($configured) && $configured !== '') {
            $path = $this->absolute($configured);

            return is_file($path) && is_executable($path)
                ? $path
                : throw new ExecutableMissing("RESOUND_BINARY names {$path}, which is no file that can be run. Correct it, or take it out and run: php artisan resound:install");
        }

        $installed = $this->installedPath();

        if (is_file($installed) && is_executable($installed)) {
            return $installed;
        }

        return (new ExecutableFinder)->find('resound')
            ?? throw new ExecutableMissing("The executable of Resound is missing: it is neither {$installed} nor in the PATH. Run: php artisan resound:install");
    }

    /**
     * The path at which `php artisan resound:install` puts the executable.
     */
    public function installedPath(): string
    {
        return $this->storagePath.DIRECTORY_SEPARATOR.'resound'.DIRECTORY_SEPARATOR.(PHP_OS_FAMILY === 'Windows' ? 'resound.exe' : 'resound');
    }

    private function absolute(string $path): string
    {
        return preg_match('~^(/|\\\\|[A-Za-z]:)~', $path) === 1 ? $path : $this->basePath.DIRECTORY_SEPARATOR.$path;
    }
}
