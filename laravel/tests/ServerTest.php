<?php

namespace Resound\Tests;

use Illuminate\Contracts\Cache\Repository;
use Illuminate\Contracts\Console\Kernel;
use PHPUnit\Framework\Attributes\TestWith;
use Resound\Server\ApplicationFolder;
use Resound\Server\Executable;
use Resound\Server\ExecutableMissing;
use Resound\Server\ServerEnvironment;

class ServerTest extends TestCase
{
    public function test_the_configured_executable_counts_before_the_installed_one(): void
    {
        $installed = $this->executable('storage/resound/resound');
        $this->assertSame($installed, $this->app->make(Executable::class)->path());
        $own = $this->executable('bin/own');
        $this->boot("RESOUND_BINARY=bin/own\n");
        $this->assertSame($own, $this->app->make(Executable::class)->path());
        $this->boot("RESOUND_BINARY={$own}\n");
        $this->assertSame($own, $this->app->make(Executable::class)->path());
    }

    public function test_a_configured_executable_that_is_missing_is_not_replaced_by_another(): void
    {
        $this->executable('storage/resound/resound');
        $this->boot("RESOUND_BINARY=bin/gone\n");
        $this->expectException(ExecutableMissing::class);
        $this->expectExceptionMessage("{$this->folder}/bin/gone");
        $this->app->make(Executable::class)->path();
    }

    public function test_the_server_inherits_no_variable_of_the_env_file(): void
    {
        $this->boot("REVERB_APP_KEY=from-the-file\n");
        putenv('RESOUND_TEST_REAL=real');
        $this->assertSame('from-the-file', getenv('REVERB_APP_KEY'));
        $variables = $this->app->make(ServerEnvironment::class)->variables();
        putenv('RESOUND_TEST_REAL');
        $this->assertArrayNotHasKey('REVERB_APP_KEY', $variables);
        $this->assertSame('real', $variables['RESOUND_TEST_REAL'] ?? null);
        $this->assertSame(getenv('PATH'), $variables['PATH'] ?? null);
    }

    public function test_a_variable_that_has_another_value_than_the_file_stays(): void
    {
        $this->boot("REVERB_APP_KEY=from-the-file\n");
        putenv('REVERB_APP_KEY=real');
        $this->assertSame('real', $this->app->make(ServerEnvironment::class)->variables()['REVERB_APP_KEY'] ?? null);
    }

    public function test_another_environment_file_is_named_by_app_env(): void
    {
        $this->app->loadEnvironmentFrom('.env.staging');
        $this->assertSame('staging', $this->app->make(ServerEnvironment::class)->variables()['APP_ENV'] ?? null);
    }

    #[TestWith(['%current%/artisan', '/', '%current%'])]
    #[TestWith(['artisan', '%current%', '%current%'])]
    #[TestWith(['artisan', '/', '%real%'])]
    #[TestWith(['/elsewhere/artisan', '%current%', '%real%'])]
    #[TestWith([null, null, '%real%'])]
    public function test_the_folder_has_the_name_that_artisan_was_started_under(?string $script, ?string $workingFolder, string $expected): void
    {
        $current = "{$this->folder}-current";
        symlink($this->folder, $current);
        $named = fn (?string $text) => $text === null ? null : strtr($text, ['%current%' => $current, '%real%' => $this->folder]);
        $folder = new ApplicationFolder($this->folder, $named($script), $named($workingFolder));

        try {
            $this->assertSame($named($expected), $folder->path());
            $this->assertSame($named($expected).'/storage/x', $folder->named("{$this->folder}/storage/x"));
            $this->assertSame('/usr/bin/resound', $folder->named('/usr/bin/resound'));
        } finally {
            unlink($current);
        }
    }

    public function test_artisan_has_the_commands(): void
    {
        $commands = array_keys($this->app->make(Kernel::class)->all());
        $own = array_values(array_filter($commands, fn (string $name) => preg_match('/^(reverb|resound):/', $name) === 1));
        sort($own);
        $this->assertSame([
            'resound:config', 'resound:doctor', 'resound:health', 'resound:install', 'resound:reload', 'resound:restart', 'resound:start',
            'resound:watch', 'reverb:reload', 'reverb:restart', 'reverb:start',
        ], $own);
    }

    public function test_restart_writes_what_reverb_writes(): void
    {
        $this->app->make(Kernel::class)->call('reverb:restart');
        $this->assertEqualsWithDelta(time(), $this->app->make(Repository::class)->get('laravel:reverb:restart'), 60);
    }

    public function test_restart_fails_where_no_other_process_would_notice(): void
    {
        $this->configure('cache.default', 'array');
        $this->assertSame(1, $this->app->make(Kernel::class)->call('reverb:restart'));
    }

    private function executable(string $name): string
    {
        $path = "{$this->folder}/{$name}";
        @mkdir(dirname($path), 0755, true);
        file_put_contents($path, "#!/bin/sh\n");
        chmod($path, 0755);

        return $path;
    }
}
