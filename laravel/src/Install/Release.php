<?php

namespace Resound\Install;

use Illuminate\Contracts\Config\Repository;

/**
 * The executable that `config/resound.php` names for a download.
 */
class Release
{
    public function __construct(
        private readonly Repository $config,
        private readonly Platform $platform,
        private readonly string $sumsFolder = __DIR__.'/../../sums',
    ) {
    }

    /**
     * Where the executable is.
     *
     * @throws InstallFailed where no address is configured
     */
    public function url(): string
    {
        $template = $this->text('resound.url');

        if ($template === '') {
            throw new InstallFailed('No address to fetch the executable from is configured. Give the file with --binary=PATH, or set RESOUND_URL in .env to the address of a release: https://files.example.com/resound/{version}/{file}');
        }

        return strtr($template, ['{version}' => $this->version(), '{file}' => $this->platform->file()]);
    }

    /**
     * The SHA-256 sum that the executable must have, in hex. It comes from this package or the configuration and never from the
     * server of the download: sums that lie beside the file are changed with it.
     *
     * @throws InstallFailed where none is known
     */
    public function sum(): string
    {
        $configured = strtolower($this->text('resound.sha256'));

        if ($configured !== '') {
            return preg_match('/^[0-9a-f]{64}$/', $configured) === 1
                ? $configured
                : throw new InstallFailed('RESOUND_SHA256 is no SHA-256 sum: it must be 64 digits in hex.');
        }

        $file = $this->platform->file();
        $sums = (string) @file_get_contents("{$this->sumsFolder}/{$this->version()}");

        return preg_match('/^([0-9a-f]{64}) [ *]'.preg_quote($file, '/').'$/m', $sums, $match) === 1
            ? $match[1]
            : throw new InstallFailed("This package has no SHA-256 sum of {$file} {$this->version()}, so a download could not be checked. Set RESOUND_SHA256 in .env to the sum that you know, or give the file with --binary=PATH.");
    }

    private function version(): string
    {
        $version = $this->text('resound.version');

        return preg_match('/^[0-9A-Za-z][0-9A-Za-z.+-]*$/', $version) === 1
            ? $version
            : throw new InstallFailed("RESOUND_VERSION is no version: \"{$version}\".");
    }

    private function text(string $key): string
    {
        $value = $this->config->get($key);

        return is_string($value) ? trim($value) : '';
    }
}
