<?php

namespace Resound\Tests;

use Illuminate\Contracts\Config\Repository;
use Illuminate\Contracts\Console\Kernel;
use Illuminate\Filesystem\Filesystem;
use Illuminate\Foundation\Application;
use Illuminate\Foundation\Bootstrap\HandleExceptions;
use PHPUnit\Framework\TestCase as PhpUnitTestCase;
use Resound\ResoundServiceProvider;

/**
 * A test with a Laravel application in a folder of its own that has the package and nothing else.
 */
abstract class TestCase extends PhpUnitTestCase
{
    protected Application $app;

    protected string $folder;

    protected function setUp(): void
    {
        parent::setUp();
        $this->folder = (string) realpath(sys_get_temp_dir()).'/resound-package-'.bin2hex(random_bytes(6));

        foreach (['bootstrap/cache', 'storage/framework/cache/data', 'storage/logs'] as $folder) {
            mkdir("{$this->folder}/{$folder}", 0755, true);
        }

        $this->boot();
    }

    protected function tearDown(): void
    {
        $this->leave();
        (new Filesystem)->deleteDirectory($this->folder);
        parent::tearDown();
    }

    /**
     * Starts the application anew, with these lines in its .env.
     */
    protected function boot(string $env = ''): void
    {
        if (isset($this->app)) {
            $this->leave();
        }

        file_put_contents("{$this->folder}/.env", "CACHE_STORE=file\nBROADCAST_CONNECTION=reverb\n{$env}");
        $this->app = Application::configure($this->folder)->withProviders([ResoundServiceProvider::class], false)->withExceptions()->create();
        $this->app->make(Kernel::class)->bootstrap();
    }

    protected function configure(string $key, mixed $value): void
    {
        $this->app->make(Repository::class)->set($key, $value);
    }

    private function leave(): void
    {
        // Variables of .env would stay for the next application.
        foreach (file("{$this->folder}/.env", FILE_IGNORE_NEW_LINES) ?: [] as $line) {
            $name = explode('=', $line, 2)[0];
            unset($_ENV[$name], $_SERVER[$name]);
            putenv($name);
        }

        $this->app->flush();
        HandleExceptions::flushState($this);
    }
}
