<?php

return [

    /*
    | The executable. Without a path it is storage/resound/resound, where `php artisan resound:install` puts it, and else the
    | `resound` of the PATH.
    */

    'binary' => env('RESOUND_BINARY'),

    /*
    | Which server `php artisan reverb:start` starts where the package laravel/reverb is installed too: "resound" or "reverb".
    | `php artisan resound:start` always starts Resound.
    */

    'reverb_start' => env('RESOUND_REVERB_START', 'resound'),

];
