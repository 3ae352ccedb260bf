<?php

namespace Resound;

use Illuminate\Broadcasting\BroadcastEvent;
use Illuminate\Broadcasting\BroadcastManager;
use Illuminate\Broadcasting\UniqueBroadcastEvent;
use Illuminate\Console\Events\CommandStarting;
use Illuminate\Contracts\Broadcasting\Factory;
use Illuminate\Contracts\Config\Repository;
use Illuminate\Contracts\Events\Dispatcher;
use Illuminate\Contracts\Foundation\CachesRoutes;
use Illuminate\Foundation\Application;
use Illuminate\Foundation\DevCommands;
use Illuminate\Routing\Router;
use Illuminate\Support\ServiceProvider;
use Laravel\Doctor\Doctor;
use Laravel\Reverb\Protocols\Pusher\Contracts\ChannelConnectionManager;
use Laravel\Reverb\Protocols\Pusher\Managers\ArrayChannelConnectionManager;
use Laravel\Reverb\ReverbServiceProvider;
use Resound\Doctor\BroadcastEventsArrive;
use Symfony\Component\Console\Output\ConsoleOutputInterface;

class ResoundServiceProvider extends ServiceProvider
{
    public function register(): void
    {
        $this->mergeConfigFrom(__DIR__.'/../config/resound.php', 'resound');

        $this->app->bind(Server\Executable::class, fn (Application $app) => new Server\Executable(
            $app->make(Repository::class),
            $app->basePath(),
            $app->storagePath(),
        ));
        $this->app->bind(Server\ApplicationFolder::class, fn (Application $app) => new Server\ApplicationFolder(
            $app->basePath(),
            $this->script(),
            getenv('PWD') ?: null,
        ));
        $this->app->bind(Server\ServerEnvironment::class, fn (Application $app) => new Server\ServerEnvironment($app));

        $this->extendBroadcasting();
        $this->addStreams();

        if (class_exists(DevCommands::class) && ! class_exists(ReverbServiceProvider::class)) {
            DevCommands::artisan('reverb:start', 'reverb');
        }
    }

    public function boot(): void
    {
        $this->acceptWebhooks();

        if (! $this->app->runningInConsole()) {
            return;
        }

        if (class_exists(Doctor::class)) {
            $this->callAfterResolving(Doctor::class, fn (Doctor $doctor) => $doctor->diagnostic(BroadcastEventsArrive::class));
        }

        $this->publishes([__DIR__.'/../config/resound.php' => $this->app->configPath('resound.php')], ['resound', 'resound-config']);

        $this->commands([
            Console\InstallCommand::class,
            Console\StartCommand::class,
            Console\RestartCommand::class,
            Console\ReloadCommand::class,
            Console\DoctorCommand::class,
            Console\ConfigCommand::class,
            Console\HealthCommand::class,
            Console\WatchCommand::class,
        ]);

        if ($this->replacesReverb()) {
            $this->replaceReverb();
        } else {
            $this->announceReverb();
        }
    }

    /**
     * Artisan as it was written on the command line.
     */
    private function script(): ?string
    {
        $arguments = $_SERVER['argv'] ?? null;

        return is_array($arguments) && is_string($arguments[0] ?? null) ? $arguments[0] : null;
    }

    private function extendBroadcasting(): void
    {
        $this->app->singleton(Broadcasting\IdempotencyKey::class);

        $this->callAfterResolving(BroadcastManager::class, fn (BroadcastManager $manager) => $manager->extend(
            'reverb',
            fn (Application $app, array $config) => new Broadcasting\ResoundBroadcaster(
                $manager->pusher($config),
                (bool) ($config['jsonp'] ?? false),
                $app->make(Broadcasting\IdempotencyKey::class),
            ),
        ));

        // The job alone knows the event: queued, or done at once for ShouldBroadcastNow.
        foreach ([BroadcastEvent::class, UniqueBroadcastEvent::class] as $job) {
            $this->app->bindMethod("{$job}@handle", fn (BroadcastEvent $job, Application $app) => $app->make(Broadcasting\IdempotencyKey::class)->during(
                $job->event instanceof Contracts\HasIdempotencyKey ? $job->event->idempotencyKey() : null,
                fn () => $job->handle($app->make(Factory::class)),
            ));
        }
    }

    /**
     * The broadcasting connection `resound-stream`, unless the application has one of that name.
     */
    private function addStreams(): void
    {
        $config = $this->app->make(Repository::class);

        if (! $config->has('broadcasting.connections.resound-stream')) {
            $config->set('broadcasting.connections.resound-stream', ['driver' => 'resound-stream']);
        }

        $this->callAfterResolving(BroadcastManager::class, fn (BroadcastManager $manager) => $manager->extend(
            'resound-stream',
            fn (Application $app, array $config) => $app->make(Broadcasting\StreamConnection::class)->broadcaster($config),
        ));
    }

    /**
     * Adds the route, outside the group `web`: the signature protects it, and a session or CSRF token means nothing to the server.
     */
    private function acceptWebhooks(): void
    {
        $config = $this->app->make(Repository::class);
        $path = $config->get('resound.webhooks.path');

        if (! filter_var($config->get('resound.webhooks.enabled'), FILTER_VALIDATE_BOOL) || ! is_string($path)) {
            return;
        }

        if (class_exists(ReverbServiceProvider::class)) {
            // Reverb's channels need it, and Reverb binds it in its own server alone.
            $this->app->bindIf(ChannelConnectionManager::class, ArrayChannelConnectionManager::class);
        }

        if (! ($this->app instanceof CachesRoutes && $this->app->routesAreCached())) {
            $middleware = $config->get('resound.webhooks.middleware');

            $this->app->make(Router::class)->post($path, Webhooks\WebhookController::class)
                ->middleware(is_array($middleware) ? array_filter($middleware, 'is_string') : [])
                ->name('resound.webhooks');
        }
    }

    /**
     * Whether `reverb:start` runs Resound. It always does where Reverb is not installed.
     */
    private function replacesReverb(): bool
    {
        return ! class_exists(ReverbServiceProvider::class)
            || $this->app->make(Repository::class)->get('resound.reverb_start') !== 'reverb';
    }

    private function replaceReverb(): void
    {
        // Of two commands with one name the later counts, and Reverb names its own while the application boots.
        $this->app->booted(fn () => $this->commands([
            Console\StartReverbCommand::class,
            Console\RestartReverbCommand::class,
            Console\ReloadReverbCommand::class,
        ]));

        // For `php artisan reload`, where the framework has it.
        if (method_exists(ServiceProvider::class, 'reloads')) {
            $this->reloads('reverb:restart', 'reverb');
        }
    }

    private function announceReverb(): void
    {
        $this->app->make(Dispatcher::class)->listen(function (CommandStarting $event): void {
            if ($event->command === 'reverb:start') {
                $output = $event->output instanceof ConsoleOutputInterface ? $event->output->getErrorOutput() : $event->output;
                $output->writeln('reverb:start runs Laravel Reverb, as RESOUND_REVERB_START says; resound:start runs Resound.');
            }
        });
    }
}
