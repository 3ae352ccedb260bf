<?php

return [

    /*
    | The executable. Without a path it is storage/resound/resound, where `php artisan resound:install` puts it, and else the
    | `resound` of the PATH.
    */

    'binary' => env('RESOUND_BINARY'),

    /*
    | What `php artisan resound:install` fetches where there is no executable: {version} and {file} (resound-linux-x64, for example)
    | stand for the version and for the file of this machine. The SHA-256 sums come with this package; the sum of an executable that
    | is your own build belongs here.
    */

    'version' => env('RESOUND_VERSION', '0.1.0'),

    'url' => env('RESOUND_URL'),

    'sha256' => env('RESOUND_SHA256'),

    /*
    | Which server `php artisan reverb:start` starts where the package laravel/reverb is installed too: "resound" or "reverb".
    | `php artisan resound:start` always starts Resound.
    */

    'reverb_start' => env('RESOUND_REVERB_START', 'resound'),

    /*
    | What the server tells the application, as Laravel events: the server posts it to this path (REVERB_WEBHOOK_URL is its whole
    | address). A report is accepted for `window` seconds, and once. With the name of a queue a worker dispatches the events;
    | otherwise they are dispatched before the server is answered, which waits five seconds.
    */

    'webhooks' => [
        'enabled' => env('RESOUND_WEBHOOKS', false),
        'path' => env('RESOUND_WEBHOOKS_PATH', 'resound/webhooks'),
        'middleware' => [],
        'window' => env('RESOUND_WEBHOOKS_WINDOW', 3600),
        'queue' => env('RESOUND_WEBHOOKS_QUEUE'),
        'connection' => env('RESOUND_WEBHOOKS_CONNECTION'),
    ],

    /*
    | Where the broadcasting connection "resound-stream" appends events for the server (REVERB_STREAM_ENABLED=true): a Redis connection of
    | config/database.php, which has to be the Redis of the server, and the beginning of the server's keys where it is not that of
    | config/reverb.php. A stream takes `max_length` events; Redis has `timeout` seconds. Otherwise an event is sent over HTTP.
    */

    'stream' => [
        'connection' => env('RESOUND_STREAM_CONNECTION', 'default'),
        'prefix' => env('REVERB_SCALING_PREFIX'),
        'max_length' => env('RESOUND_STREAM_MAX_LENGTH', 10000),
        'timeout' => env('RESOUND_STREAM_TIMEOUT', 0.5),
    ],

];
