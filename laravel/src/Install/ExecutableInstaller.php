<?php

namespace Resound\Install;

use Illuminate\Http\Client\Factory;
use Symfony\Component\Process\Process;
use Throwable;

/**
 * Puts an executable in its place, once it has the right sum and runs on this machine.
 */
class ExecutableInstaller
{
    public function __construct(private readonly Factory $http)
    {
    }

    /**
     * Installs a file of this machine and returns the version that it prints.
     *
     * @throws InstallFailed
     */
    public function copy(string $file, string $target): string
    {
        if (! is_file($file)) {
            throw new InstallFailed("There is no file {$file} (--binary).");
        }

        return $this->place($target, function (string $path) use ($file): void {
            if (! @copy($file, $path)) {
                throw new InstallFailed("Cannot copy {$file} to {$path}: ".$this->reason());
            }
        });
    }

    /**
     * Fetches the executable and returns the version that it prints. What has another sum is never run.
     *
     * @throws InstallFailed
     */
    public function download(string $url, string $sum, string $target): string
    {
        return $this->place($target, function (string $path) use ($url, $sum): void {
            try {
                $response = $this->http->withOptions(['sink' => $path])->timeout(600)->get($url);
                $status = $response->status();
                // A file that is open for writing cannot be run.
                $response->toPsrResponse()->getBody()->close();
            } catch (Throwable $failure) {
                throw new InstallFailed("Cannot fetch {$url}: {$failure->getMessage()}", previous: $failure);
            }

            if ($status !== 200) {
                throw new InstallFailed("Cannot fetch {$url}: it answered {$status}. Check RESOUND_URL and RESOUND_VERSION.");
            }

            $found = hash_file('sha256', $path);

            if (! is_string($found) || ! hash_equals($sum, $found)) {
                throw new InstallFailed("{$url} has the wrong SHA-256 sum: {$found} in place of {$sum}. Nothing was changed.");
            }
        });
    }

    /**
     * @param  callable(string): void  $fill  writes the file
     */
    private function place(string $target, callable $fill): string
    {
        $folder = dirname($target);

        if (! is_dir($folder) && ! @mkdir($folder, 0755, true) && ! is_dir($folder)) {
            throw new InstallFailed("Cannot make the folder {$folder}: {$this->reason()}");
        }

        if (! file_exists("{$folder}/.gitignore")) {
            @file_put_contents("{$folder}/.gitignore", "*\n!.gitignore\n");
        }

        // Beside the target, so that the last step is a rename: a running server keeps the file that it was started from.
        $path = $folder.DIRECTORY_SEPARATOR.'.installing-'.bin2hex(random_bytes(6)).(str_ends_with($target, '.exe') ? '.exe' : '');

        try {
            $fill($path);
            $version = $this->versionOf($path);

            if (! @rename($path, $target)) {
                throw new InstallFailed("Cannot write {$target}: {$this->reason()}");
            }

            return $version;
        } finally {
            @unlink($path);
        }
    }

    private function versionOf(string $path): string
    {
        @chmod($path, 0755);
        $process = new Process([$path, '--version']);

        try {
            $process->run();
        } catch (Throwable $failure) {
            throw new InstallFailed("The executable does not run here: {$failure->getMessage()}. Nothing was changed.", previous: $failure);
        }

        return $process->isSuccessful()
            ? trim($process->getOutput())
            : throw new InstallFailed('The executable does not run here: '.trim($process->getErrorOutput() ?: "exit code {$process->getExitCode()}").'. Nothing was changed. On Alpine it needs: apk add libstdc++ libgcc');
    }

    private function reason(): string
    {
        return error_get_last()['message'] ?? 'unknown reason';
    }
}
