<?php

namespace Resound\Server;

use Illuminate\Console\OutputStyle;
use Symfony\Component\Process\Process;

/**
 * Runs the executable: in place of this process, so that the process manager's signals reach it, or as a child.
 */
class Program
{
    /**
     * Signals that a child gets when this process gets them.
     */
    private const SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2'];

    /**
     * For a PHP that notices no signals: the shell ends the program when this process, and with it the pipe, is gone.
     */
    private const GUARD = <<<'SH'
        "$@" 3<&- &
        program=$!
        { read -r _ <&3; kill -TERM "$program"; } 2>/dev/null &
        guard=$!
        wait "$program"
        code=$?
        kill "$guard" 2>/dev/null
        exit "$code"
        SH;

    /**
     * Becomes the program. Returns the exit code only where that is impossible and the program runs as a child.
     *
     * @param  list<string>  $arguments
     * @param  array<string, string>  $environment
     */
    public function replaceThisProcess(string $path, array $arguments, array $environment): int
    {
        if ($this->can('pcntl_exec')) {
            // It returns only when it has failed, with a warning that says why.
            pcntl_exec($path, $arguments, $environment);

            return 126;
        }

        return $this->can('pcntl_signal', 'pcntl_async_signals')
            ? $this->runWithSignals([$path, ...$arguments], $environment)
            : $this->runGuarded([$path, ...$arguments], $environment);
    }

    /**
     * Runs the program as a child until it ends, and returns its exit code.
     *
     * @param  list<string>  $arguments
     * @param  array<string, string>  $environment
     */
    public function run(string $path, array $arguments, array $environment, OutputStyle $output): int
    {
        return $this->process($path, $arguments, $environment)->run(fn (string $type, string $text) => $type === Process::ERR
            ? $output->getErrorStyle()->write($text)
            : $output->write($text));
    }

    /**
     * A child that is yet to be run, with this environment and no other variables.
     *
     * @param  list<string>  $arguments
     * @param  array<string, string>  $environment
     */
    public function process(string $path, array $arguments, array $environment): Process
    {
        // Without `false` the child would inherit what is not named.
        $taken = array_fill_keys(array_keys(array_diff_key(getenv() + $_ENV, $environment)), false);

        return new Process([$path, ...$arguments], null, $environment + $taken, null, null);
    }

    /**
     * @param  list<string>  $command
     * @param  array<string, string>  $environment
     */
    private function runWithSignals(array $command, array $environment): int
    {
        $process = proc_open($command, [STDIN, STDOUT, STDERR], $pipes, null, $environment);

        if ($process === false) {
            return 126;
        }

        pcntl_async_signals(true);

        foreach (self::SIGNALS as $name) {
            pcntl_signal(constant($name), fn (int $signal) => proc_terminate($process, $signal));
        }

        while (($status = proc_get_status($process))['running']) {
            // A signal ends the pause early.
            usleep(100_000);
        }

        return $status['signaled'] ? 128 + $status['termsig'] : $status['exitcode'];
    }

    /**
     * @param  list<string>  $command
     * @param  array<string, string>  $environment
     */
    private function runGuarded(array $command, array $environment): int
    {
        $onWindows = PHP_OS_FAMILY === 'Windows';
        $process = proc_open(
            $onWindows ? $command : ['/bin/sh', '-c', self::GUARD, 'resound', ...$command],
            $onWindows ? [STDIN, STDOUT, STDERR] : [STDIN, STDOUT, STDERR, ['pipe', 'r']],
            $pipes,
            null,
            $environment,
        );

        // The pipe stays open for as long as this process lives.
        return $process === false ? 126 : $this->wait($process);
    }

    /**
     * @param  resource  $process
     */
    private function wait($process): int
    {
        while (($status = proc_get_status($process))['running']) {
            usleep(100_000);
        }

        return $status['exitcode'];
    }

    /**
     * Whether PHP has functions: `disable_functions` takes single ones away.
     */
    private function can(string ...$functions): bool
    {
        return array_filter($functions, 'function_exists') === $functions;
    }
}
