<?php

namespace Resound\Doctor;

use Laravel\Doctor\Diagnostic;
use Laravel\Doctor\Results\DiagnosticResult;
use Laravel\Doctor\Results\Message;
use Resound\Server\Executable;
use Resound\Server\ExecutableMissing;
use Resound\Server\Program;
use Resound\Server\ServerEnvironment;

/**
 * What `resound doctor` finds, for `php artisan doctor` of the package laravel/doctor.
 */
class BroadcastEventsArrive extends Diagnostic
{
    public string $name = 'Broadcast events arrive';

    public string $group = 'broadcasting';

    public function __construct(
        private readonly Executable $executable,
        private readonly Program $program,
        private readonly ServerEnvironment $environment,
    ) {
        parent::__construct();
    }

    public function check(): DiagnosticResult
    {
        try {
            $path = $this->executable->path();
        } catch (ExecutableMissing $missing) {
            return $this->fail('missing')->withDetails($missing->getMessage());
        }

        $process = $this->program->process($path, ['doctor', '--json', '--laravel='.base_path()], $this->environment->variables());
        $process->run();
        $report = json_decode($process->getOutput(), true);

        if (! is_array($report) || ! is_array($report['checks'] ?? null)) {
            return $this->fail('unreadable')->withDetails(trim($process->getErrorOutput()));
        }

        $found = $this->sentences($report['checks']);

        return match (true) {
            ($report['errors'] ?? 0) > 0 => $this->fail('errors')->withDetails($found),
            ($report['warnings'] ?? 0) > 0 => $this->warn('warnings')->withDetails($found),
            default => $this->pass('fine'),
        };
    }

    /**
     * @return array<string, string|Message>
     */
    protected function messages(): array
    {
        $remediation = 'Run `php artisan resound:doctor` to see each check with its remedy.';

        return [
            'missing' => Message::make(summary: 'The executable of Resound is missing.', remediation: 'Run `php artisan resound:install`.'),
            'unreadable' => Message::make(summary: 'The checks of Resound could not be run.', remediation: $remediation),
            'errors' => Message::make(summary: 'Broadcast events do not arrive everywhere.', remediation: $remediation),
            'warnings' => Message::make(summary: 'Broadcast events may not arrive everywhere.', remediation: $remediation),
            'fine' => 'Every step from .env to the browser is fine.',
        ];
    }

    /**
     * What is not fine, a line each.
     *
     * @param  array<array-key, mixed>  $checks
     */
    private function sentences(array $checks): string
    {
        $lines = [];

        foreach ($checks as $check) {
            if (is_array($check) && ($check['outcome'] ?? 'ok') !== 'ok') {
                $lines[] = implode(' ', array_filter([$check['sentence'] ?? null, $check['remedy'] ?? null], 'is_string'));
            }
        }

        return implode("\n", $lines);
    }
}
