<?php

namespace Resound\Console;

use Illuminate\Console\Command;
use Illuminate\Database\DatabaseManager;
use Illuminate\Redis\RedisManager;
use Resound\Server\ApplicationFolder;
use Resound\Server\Executable;
use Resound\Server\ExecutableMissing;
use Resound\Server\Program;
use Resound\Server\ServerEnvironment;

/**
 * A command of the executable, called by artisan: its options are passed on as they were given.
 */
abstract class ServerCommand extends Command
{
    /**
     * Options that name a configuration; most commands of the executable take them.
     */
    protected const CONFIG_OPTIONS = '
                {--host= : The address to listen on, or a Unix socket such as unix:/run/resound/resound.sock}
                {--port= : The port to listen on; 0 takes any free one}
                {--path= : The prefix of every route}
                {--hostname= : The public host name}
                {--reuse-port : Lets the next server listen on the port before this one stops}
                {--workers= : Server processes that share the port; auto for one a processor}
                {--log-level= : The least that is logged: error, warning, info or debug}
                {--log-format= : How a line of the log looks: text or json}
                {--dashboard : Whether there is a dashboard, on a port of its own}
                {--dashboard-port= : The port of the dashboard}
                {--config= : A .toml or .php file to read in place of the application\'s own}';

    /**
     * The word that the executable knows the command by.
     */
    abstract protected function word(): string;

    /**
     * Whether the executable takes the place of this process; otherwise artisan waits for its end.
     */
    protected function replacesProcess(): bool
    {
        return false;
    }

    /**
     * Is called before the executable runs.
     */
    protected function announce(string $executable): void
    {
    }

    public function handle(Executable $executable, ApplicationFolder $folder, Program $program, ServerEnvironment $environment): int
    {
        try {
            $path = $folder->named($executable->path());
        } catch (ExecutableMissing $missing) {
            $this->components->error($missing->getMessage());

            return self::FAILURE;
        }

        $this->announce($path);
        $arguments = [$this->word(), "--laravel={$folder->path()}", ...$this->givenOptions()];

        if ($this->replacesProcess()) {
            $this->closeConnections();

            return $program->replaceThisProcess($path, $arguments, $environment->variables());
        }

        return $program->run($path, $arguments, $environment->variables(), $this->output);
    }

    /**
     * Options of this command, not artisan's own, that the caller has given.
     *
     * @return list<string>
     */
    private function givenOptions(): array
    {
        $given = [];

        foreach (array_keys($this->getNativeDefinition()->getOptions()) as $name) {
            $value = $this->option($name);

            if ($value === true) {
                $given[] = "--{$name}";
            } elseif (is_string($value) && $value !== '') {
                $given[] = "--{$name}={$value}";
            }
        }

        return $given;
    }

    /**
     * Closes what the application's start may have opened: the server would keep it open for as long as it runs.
     */
    private function closeConnections(): void
    {
        if ($this->laravel->resolved('db')) {
            foreach ($this->laravel->make(DatabaseManager::class)->getConnections() as $connection) {
                $connection->disconnect();
            }
        }

        if ($this->laravel->resolved('redis')) {
            $redis = $this->laravel->make(RedisManager::class);

            foreach (array_keys((array) $redis->connections()) as $name) {
                $redis->purge((string) $name);
            }
        }
    }
}
