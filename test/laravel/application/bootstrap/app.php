<?php

use App\User;
use Illuminate\Foundation\Application;
use Illuminate\Foundation\Configuration\Exceptions;
use Illuminate\Foundation\Configuration\Middleware;
use Illuminate\Http\Request;
use Illuminate\Support\Facades\Auth;
use Illuminate\Support\Facades\Broadcast;

// The vendor folder is shared by all applications of the tests, so this one's classes are not in its autoloader.
$loader = require __DIR__.'/../vendor/autoload.php';
$loader->addPsr4('App\\', __DIR__.'/../app');

return Application::configure(basePath: dirname(__DIR__))
    ->withRouting(
        web: null,
        api: __DIR__.'/../routes/api.php',
        apiPrefix: '',
        commands: __DIR__.'/../routes/console.php',
    )
    ->withBroadcasting(__DIR__.'/../routes/channels.php', ['middleware' => ['auth:token']])
    ->withMiddleware(function (Middleware $middleware) {
        $middleware->redirectGuestsTo(fn () => null);
    })
    ->withExceptions(function (Exceptions $exceptions) {
        $exceptions->shouldRenderJsonWhen(fn () => true);
    })
    ->booting(function () {
        // A stand-in for Sanctum: the token is the user's id.
        Auth::viaRequest('token', fn (Request $request) => User::find($request->bearerToken()));
        Broadcast::resolveAuthenticatedUserUsing(fn (Request $request) => [
            'id' => (string) $request->user('token')->getAuthIdentifier(),
            'user_info' => ['name' => $request->user('token')->name],
        ]);
    })
    ->create();
