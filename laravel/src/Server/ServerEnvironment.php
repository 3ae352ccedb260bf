<?php

namespace Resound\Server;

use Dotenv\Dotenv;
use Illuminate\Foundation\Application;
use Throwable;

/**
 * The environment that the server's process gets: what this process was started with.
 *
 * Laravel writes the variables of .env into PHP's environment. A server that inherited them would take them for real variables, which
 * count before .env, and would not notice what is changed in the file later.
 */
class ServerEnvironment
{
    public function __construct(private readonly Application $app)
    {
    }

    /**
     * @return array<string, string>
     */
    public function variables(): array
    {
        $variables = getenv();
        $initial = $this->initialNames();

        foreach ($this->written() as $name => $value) {
            if (($variables[$name] ?? null) === $value && ! isset($initial[$name])) {
                unset($variables[$name]);
            }
        }

        // `php artisan --env=staging` reads .env.staging; the server knows that by APP_ENV.
        $file = $this->app->environmentFile();

        if (str_starts_with($file, '.env.')) {
            $variables['APP_ENV'] = substr($file, 5);
        }

        return $variables;
    }

    /**
     * The variables of the file that Laravel has read.
     *
     * @return array<string, string|null>
     */
    private function written(): array
    {
        $text = @file_get_contents($this->app->environmentFilePath());

        try {
            return $text === false ? [] : Dotenv::parse($text);
        } catch (Throwable) {
            // Laravel has started without this file: it does so only where the configuration is cached.
            return [];
        }
    }

    /**
     * Names of the variables that this process was started with, where the system tells them.
     *
     * @return array<string, true>
     */
    private function initialNames(): array
    {
        $names = [];

        foreach (explode("\0", (string) @file_get_contents('/proc/self/environ')) as $variable) {
            $names[explode('=', $variable, 2)[0]] = true;
        }

        return $names;
    }
}
