<?php

namespace Resound\Install;

/**
 * Names the executable for this machine, as a release has it.
 */
class Platform
{
    /**
     * @throws InstallFailed where there is no executable for this machine
     */
    public function file(): string
    {
        $processor = match (strtolower(php_uname('m'))) {
            'x86_64', 'amd64' => 'x64',
            'aarch64', 'arm64' => 'arm64',
            default => throw new InstallFailed('There is no executable of Resound for the processor '.php_uname('m').'. Build one from the repository and run this again with --binary=PATH.'),
        };

        return match (PHP_OS_FAMILY) {
            'Linux' => "resound-linux-{$processor}".($this->isMusl() ? '-musl' : '').($processor === 'x64' && ! $this->hasAvx2() ? '-baseline' : ''),
            'Darwin' => "resound-darwin-{$processor}",
            'Windows' => 'resound-windows-x64.exe',
            default => throw new InstallFailed('There is no executable of Resound for '.PHP_OS_FAMILY.'.'),
        };
    }

    /**
     * Alpine's C library; a Debian that has it beside its own has both loaders.
     */
    private function isMusl(): bool
    {
        return (glob('/lib/ld-musl-*') ?: []) !== []
            && ! file_exists('/lib64/ld-linux-x86-64.so.2')
            && ! file_exists('/lib/ld-linux-aarch64.so.1');
    }

    private function hasAvx2(): bool
    {
        return preg_match('/\bavx2\b/', (string) @file_get_contents('/proc/cpuinfo')) === 1;
    }
}
