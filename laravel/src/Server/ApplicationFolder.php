<?php

namespace Resound\Server;

/**
 * The application's folder by the name that artisan was started under.
 *
 * Deployments make `current` a link to the newest release, and Laravel's base path is what the link led to when PHP started. A server
 * that was started with that path would read the old release again when it is restarted.
 */
class ApplicationFolder
{
    private readonly string $path;

    /**
     * @param  string  $basePath  Laravel's base path
     * @param  string|null  $script  artisan as it was written on the command line
     * @param  string|null  $workingFolder  the shell's name of the working folder (PWD)
     */
    public function __construct(private readonly string $basePath, ?string $script, ?string $workingFolder)
    {
        $candidates = [];

        if ($script !== null && $this->isAbsolute($script)) {
            $candidates[] = dirname($script);
        } elseif ($workingFolder !== null && $this->isAbsolute($workingFolder)) {
            $candidates[] = $workingFolder;
        }

        $same = array_filter($candidates, fn (string $folder) => realpath($folder) === realpath($basePath));
        $this->path = $same[0] ?? $basePath;
    }

    public function path(): string
    {
        return $this->path;
    }

    /**
     * A path inside the base path, by the folder's name.
     */
    public function named(string $path): string
    {
        return str_starts_with($path, $this->basePath.DIRECTORY_SEPARATOR)
            ? $this->path.substr($path, strlen($this->basePath))
            : $path;
    }

    private function isAbsolute(string $path): bool
    {
        return preg_match('~^(/|\\\\|[A-Za-z]:)~', $path) === 1;
    }
}
