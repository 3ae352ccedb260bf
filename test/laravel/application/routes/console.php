<?php

use App\Events\OrderShipped;
use Illuminate\Support\Facades\Artisan;
use Illuminate\Support\Facades\Cache;

Artisan::command('orders:ship {order}', function (int $order) {
    broadcast(new OrderShipped($order));
});

/** The configuration as the framework has it. */
Artisan::command('config:as-json {key}', function (string $key) {
    $this->output->write(json_encode(config($key), JSON_UNESCAPED_SLASHES));
});

// What Reverb's own command does, for an application without its package.
if (! class_exists(Laravel\Reverb\ReverbServiceProvider::class)) {
    Artisan::command('reverb:restart', function () {
        Cache::forever('laravel:reverb:restart', time());
    });
}

/** What Reverb's two cards ask Pulse for, added up. */
Artisan::command('pulse:as-json', function () {
    $hour = Carbon\CarbonInterval::hour();
    $counts = Laravel\Pulse\Facades\Pulse::graph(['reverb_message:sent', 'reverb_message:received'], 'count', $hour);
    $connections = Laravel\Pulse\Facades\Pulse::graph(['reverb_connections'], 'max', $hour);
    $this->output->write(json_encode([
        'sent' => $counts->first()['reverb_message:sent']->sum(),
        'received' => $counts->first()['reverb_message:received']->sum(),
        'connections' => $connections->first()['reverb_connections']->max(),
    ]));
});
